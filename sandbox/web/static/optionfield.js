/**
 * The field of one command option, with its suggestions.
 * @module optionfield
 */
import { act, Refused } from "./api.js";
import { nameOf } from "./commands.js";
import { el, uid } from "./dom.js";
import { channelOptions, peopleOptions, roleOptions } from "./entities.js";
import { icon } from "./icons.js";
import { me } from "./store.js";
import { OPTION } from "./types.js";

/** @typedef {import("./types.js").CommandOption} CommandOption */

const COMPLETE_AFTER_MS = 150;
const MAX_SHOWN = 25;

export class OptionField {
  /**
   * @param {CommandOption} option
   * @param {string} channel
   * @param {import("./listbox.js").Listbox} list
   * @param {{context: () => {path: string, options: any}, entered: () => void, changed: () => void, remove: () => void}} hooks
   */
  constructor(option, channel, list, hooks) {
    this.option = option;
    this.channel = channel;
    this.list = list;
    this.hooks = hooks;
    /** @type {string|number|boolean|null} */
    this.picked = null;
    this.asked = 0;
    /** The app's last autocomplete choices. @type {import("./listbox.js").Item[]} */
    this.offered = [];
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.input = this.drawInput();
    this.node = this.drawPill();
  }

  /** @returns {HTMLInputElement} */
  drawInput() {
    const { type, required } = this.option;
    return el("input", {
      id: uid("option"),
      type: "text",
      class: "pill-input",
      autocomplete: "off",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-autocomplete": "list",
      "aria-required": required ? "true" : null,
      size: 8,
      inputmode: type === OPTION.INTEGER ? "numeric" : type === OPTION.NUMBER ? "decimal" : null,
      onfocus: () => this.hooks.entered(),
      oninput: () => {
        this.picked = null;
        this.fit();
        this.hooks.changed();
      },
      onkeydown: (/** @type {KeyboardEvent} */ e) => {
        if (e.key === "Backspace" && !this.input.value) {
          e.preventDefault();
          this.hooks.remove();
        }
      },
    });
  }

  /** @returns {HTMLElement} */
  drawPill() {
    const { required } = this.option;
    const name = nameOf(this.option);
    const star = el(
      "span",
      { class: "pill-required", title: "required" },
      "*",
      el("span", { class: "unseen" }, " required"),
    );
    const remove = el(
      "button",
      {
        type: "button",
        class: "pill-remove",
        "aria-label": `Remove ${name}`,
        onclick: () => this.hooks.remove(),
      },
      icon("close"),
    );
    const label = el("label", { for: this.input.id, class: "pill-name" }, name, required ? star : null);
    return el("span", { class: "pill" }, label, this.input, required ? null : remove);
  }

  fit() {
    this.input.size = Math.min(Math.max(this.input.value.length + 1, 8), 40);
  }

  /** @param {boolean} invalid */
  setInvalid(invalid) {
    this.node.classList.toggle("invalid", invalid);
    if (invalid) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  /** @param {import("./listbox.js").Item} item */
  pick(item) {
    this.picked = item.data;
    this.input.value = String(item.label);
    this.fit();
    this.setInvalid(false);
    this.setExpanded(false);
  }

  /** @param {boolean} expanded */
  setExpanded(expanded) {
    this.input.setAttribute("aria-expanded", String(expanded));
  }

  /** Show suggestions for the current text. */
  suggest() {
    clearTimeout(this.timer);
    if (this.picked !== null) {
      this.list.set([]);
      this.setExpanded(false);
    } else if (this.option.autocomplete) {
      // Until new choices arrive, show only the earlier ones that match the text.
      const typed = this.input.value.trim().toLowerCase();
      this.show(this.offered.filter((i) => `${i.label}`.toLowerCase().includes(typed)));
      this.timer = setTimeout(() => void this.complete(), COMPLETE_AFTER_MS);
    } else this.show(this.localItems());
  }

  /** The suggestions that need no autocomplete. @returns {import("./listbox.js").Item[]} */
  localItems() {
    const { type, choices } = this.option;
    const from = (/** @type {import("./dropdown.js").DropdownOption[]} */ options) =>
      options.map((o) => ({ value: o.value, label: o.label, description: o.description, data: o.value }));
    /** @type {import("./listbox.js").Item[]} */
    let items = [];
    if (choices?.length)
      items = choices.map((c) => ({ value: String(c.value), label: nameOf(c), data: c.value }));
    else if (type === OPTION.BOOLEAN)
      items = [true, false].map((b) => ({ value: String(b), label: b ? "True" : "False", data: b }));
    else if (type === OPTION.USER) items = from(peopleOptions(this.channel));
    else if (type === OPTION.ROLE) items = from(roleOptions(this.channel));
    else if (type === OPTION.MENTIONABLE)
      items = from([...peopleOptions(this.channel), ...roleOptions(this.channel)]);
    else if (type === OPTION.CHANNEL) items = from(channelOptions(this.channel, this.option.channel_types));
    const typed = this.input.value.trim().toLowerCase();
    return items.filter((i) => `${i.label}`.toLowerCase().includes(typed)).slice(0, MAX_SHOWN);
  }

  /** @param {import("./listbox.js").Item[]} items */
  show(items) {
    this.list.set(items);
    this.list.node.hidden = !items.length;
    this.setExpanded(items.length > 0);
  }

  async complete() {
    const turn = (this.asked += 1);
    const { path, options } = this.hooks.context();
    try {
      const fields = {
        channel: this.channel,
        path,
        focused: this.option.name,
        text: this.input.value,
        options,
      };
      const { choices } = await act(me(), "complete", fields);
      if (turn !== this.asked || document.activeElement !== this.input || this.picked !== null) return;
      this.offered = (choices ?? []).map((/** @type {any} */ c) => ({
        value: String(c.value),
        label: c.name,
        data: c.value,
      }));
      this.show(this.offered);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (turn === this.asked)
        this.show([
          { value: "", label: "Loading options failed", description: error.message, disabled: true },
        ]);
    }
  }
}
