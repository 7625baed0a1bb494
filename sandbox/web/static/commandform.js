/**
 * The form of a slash command: a field for each option in use, and a list of values for the focused one.
 * @module commandform
 */
import { descriptionOf, nameOf, readValue } from "./commands.js";
import { el } from "./dom.js";
import { iconButton } from "./icons.js";
import { startInteraction } from "./interactions.js";
import { Listbox } from "./listbox.js";
import { OptionField } from "./optionfield.js";

/** @typedef {import("./commands.js").Leaf} Leaf */
/** @typedef {import("./types.js").CommandOption} CommandOption */

export class CommandForm {
  /**
   * @param {Leaf} leaf
   * @param {string} channel
   * @param {(text: string) => void} leave return to the message box and put this text in it
   */
  constructor(leaf, channel, leave) {
    this.leaf = leaf;
    this.channel = channel;
    this.leave = leave;
    /** @type {OptionField[]} */
    this.fields = [];
    /** @type {OptionField|null} */
    this.current = null;
    this.list = new Listbox({ label: "Values", onpick: (item) => this.pick(item) });
    this.about = el("p", { class: "command-panel-head", role: "status" });
    this.panel = el("div", { class: "command-panel" }, this.about, this.list.node);
    this.pills = el("div", { class: "pills" });
    this.more = el("div", { class: "more-options" });
    this.error = el("p", { class: "failure", role: "alert" });
    this.run = el("button", { type: "submit", class: "send" }, "Run");
    this.node = this.draw();
  }

  /** @returns {HTMLElement} */
  draw() {
    const props = {
      class: "command-form",
      "aria-label": `Command /${this.leaf.shown}`,
      novalidate: true,
      onsubmit: (/** @type {Event} */ e) => {
        e.preventDefault();
        this.submit();
      },
      onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
    };
    const cancel = iconButton("close", "Cancel the command", () => this.leave(""));
    const line = el(
      "div",
      { class: "command-line" },
      el("span", { class: "command-chip", tabindex: "-1" }, `/${this.leaf.shown}`),
      this.pills,
      this.more,
      el("span", { class: "command-ends" }, this.run, cancel),
    );
    return el("form", props, this.panel, line, this.error);
  }

  start() {
    for (const option of this.leaf.options) if (option.required) this.add(option, false);
    this.drawMore();
    this.describe(null);
    (this.fields[0]?.input ?? this.run).focus();
  }

  /** @param {CommandOption} option @param {boolean} focus */
  add(option, focus) {
    const field = new OptionField(option, this.channel, this.list, {
      context: () => ({ path: this.leaf.path, options: this.given(option.name) }),
      entered: () => this.focusField(field),
      changed: () => this.refresh(field),
      remove: () => this.remove(field),
    });
    this.fields.push(field);
    this.pills.append(field.node);
    this.drawMore();
    if (focus) field.input.focus();
  }

  /** @param {OptionField} field */
  remove(field) {
    if (field.option.required) {
      this.leave(`/${this.leaf.shown}`);
      return;
    }
    const at = this.fields.indexOf(field);
    this.fields.splice(at, 1);
    field.node.remove();
    this.current = null;
    this.drawMore();
    this.describe(null);
    (this.fields[at - 1]?.input ?? this.fields[at]?.input ?? this.run).focus();
  }

  drawMore() {
    const used = new Set(this.fields.map((f) => f.option.name));
    const left = this.leaf.options.filter((o) => !used.has(o.name));
    this.more.replaceChildren(
      ...left.map((option) =>
        el(
          "button",
          {
            type: "button",
            class: "more-option",
            title: descriptionOf(option),
            "aria-label": `Add option ${nameOf(option)}: ${descriptionOf(option)}`,
            onclick: () => this.add(option, true),
          },
          `+ ${nameOf(option)}`,
        ),
      ),
    );
  }

  /** The values entered so far, for autocomplete. @param {string} except */
  given(except) {
    /** @type {Record<string, any>} */
    const values = {};
    for (const field of this.fields) {
      if (field.option.name === except) continue;
      const read = readValue(field.option, field.input.value, field.picked);
      if (read.value !== undefined) values[field.option.name] = read.value;
    }
    return values;
  }

  /** @param {OptionField} field */
  focusField(field) {
    this.current = field;
    this.list.field = field.input;
    this.describe(field);
    field.suggest();
  }

  /** @param {OptionField} field */
  refresh(field) {
    this.error.textContent = "";
    field.setInvalid(false);
    if (this.current === field) field.suggest();
  }

  /** @param {OptionField|null} field */
  describe(field) {
    if (field) {
      const { option } = field;
      this.about.replaceChildren(
        el("strong", {}, nameOf(option)),
        ` ${descriptionOf(option)}`,
        el("span", { class: "needed" }, option.required ? "required" : "optional"),
      );
    } else {
      this.list.set([]);
      this.about.replaceChildren(el("strong", {}, `/${this.leaf.shown}`), ` ${this.leaf.description}`);
    }
  }

  /** @param {import("./listbox.js").Item} item */
  pick(item) {
    const field = this.current;
    if (!field) return;
    field.pick(item);
    this.list.set([]);
    const next = this.fields.find((f) => f.option.required && !f.input.value && f !== field);
    if (next) next.input.focus();
    else field.input.focus();
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    if (e.isComposing) return;
    if (e.key === "Escape") {
      e.preventDefault();
      if (this.list.items.length) this.list.set([]);
      else this.leave("");
      return;
    }
    const inField = this.current !== null && e.target === this.current.input;
    if (!inField) return;
    if (this.list.key(e.key)) e.preventDefault();
    else if (e.key === "Enter" && this.list.active) {
      e.preventDefault();
      this.list.pick();
    } else if (e.key === "Tab" && !e.shiftKey && this.list.active && this.current?.input.value) {
      this.current.pick(this.list.active);
      this.list.set([]);
    }
  }

  submit() {
    /** @type {Record<string, any>} */
    const options = {};
    for (const field of this.fields) {
      const read = readValue(field.option, field.input.value, field.picked);
      if (read.error) {
        this.error.textContent = read.error;
        field.setInvalid(true);
        field.input.focus();
        return;
      }
      if (read.value !== undefined) options[field.option.name] = read.value;
    }
    const place = { channel: this.channel, command: this.leaf.path };
    void startInteraction("command", { channel: this.channel, path: this.leaf.path, options }, place);
    this.leave("");
  }
}
