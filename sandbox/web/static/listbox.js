/**
 * A list that is used with the arrow keys while the focus stays in its field.
 * @module listbox
 */
import { el, uid } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{value: string, label: string|Node, description?: string, hint?: string,
 *   disabled?: boolean, selected?: boolean, data?: any}} Item */

export class Listbox {
  /**
   * @param {{label: string, onpick: (item: Item) => void, multiple?: boolean}} spec
   */
  constructor({ label, onpick, multiple = false }) {
    this.onpick = onpick;
    this.multiple = multiple;
    /** @type {Item[]} */
    this.items = [];
    this.index = -1;
    this.id = uid("list");
    this.node = el("ul", {
      id: this.id,
      role: "listbox",
      class: "listbox",
      "aria-label": label,
      "aria-multiselectable": multiple ? "true" : null,
    });
    /** The field whose aria-activedescendant names the active item. @type {HTMLElement|null} */
    this.field = null;
  }

  /** Show items. @param {Item[]} items @param {number} [index] the active one, or -1 */
  set(items, index = 0) {
    this.items = items;
    this.index = items.length ? Math.min(index, items.length - 1) : -1;
    this.node.replaceChildren(...items.map((item, i) => this.row(item, i)));
    this.mark();
  }

  /** @param {Item} item @param {number} i */
  row(item, i) {
    return el(
      "li",
      {
        id: `${this.id}-${i}`,
        role: "option",
        class: "option",
        "aria-selected": String(this.multiple ? Boolean(item.selected) : i === this.index),
        "aria-disabled": item.disabled ? "true" : null,
        onmousedown: (/** @type {Event} */ e) => e.preventDefault(),
        onclick: () => {
          this.index = i;
          this.pick();
        },
      },
      el(
        "span",
        { class: "option-text" },
        el("span", { class: "option-label" }, item.label),
        item.description ? el("span", { class: "option-description" }, item.description) : null,
      ),
      item.hint ? el("span", { class: "option-hint" }, item.hint) : null,
      item.selected ? icon("check", "chosen") : null,
    );
  }

  mark() {
    [...this.node.children].forEach((node, i) => {
      node.classList.toggle("active", i === this.index);
      if (!this.multiple) node.setAttribute("aria-selected", String(i === this.index));
    });
    const active = this.node.children[this.index];
    if (active) active.scrollIntoView({ block: "nearest" });
    if (!this.field) return;
    if (active) this.field.setAttribute("aria-activedescendant", active.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** The active item, if any. @returns {Item|null} */
  get active() {
    return this.items[this.index] ?? null;
  }

  pick() {
    const item = this.active;
    if (item && !item.disabled) this.onpick(item);
  }

  /**
   * Handle a key; return whether it moved the active item.
   * @param {string} key
   * @returns {boolean}
   */
  key(key) {
    const last = this.items.length - 1;
    if (last < 0) return false;
    if (key === "ArrowDown") this.index = this.index >= last ? 0 : this.index + 1;
    else if (key === "ArrowUp") this.index = this.index <= 0 ? last : this.index - 1;
    else if (key === "PageDown") this.index = Math.min(last, this.index + 8);
    else if (key === "PageUp") this.index = Math.max(0, this.index - 8);
    else return false;
    this.mark();
    return true;
  }
}
