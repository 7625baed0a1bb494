/**
 * A select menu: a button that opens a list, for messages and modals.
 * @module dropdown
 */
import { el, uid } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";

/**
 * @typedef {{value: string, label: string, description?: string}} DropdownOption
 * @typedef {{key: string, label: string, placeholder: string, options: DropdownOption[], min: number,
 *   max: number, selected: string[], disabled?: boolean, busy?: boolean, live?: boolean,
 *   describedby?: string, onchange: (values: string[]) => void}} DropdownSpec
 */

const SEARCH_FROM = 9;
const GAP = 4;
const EDGE = 8;

/**
 * A single value is reported when it is picked; several when the list closes, or at every change if `live`.
 * @param {DropdownSpec} spec
 * @returns {HTMLElement}
 */
export function dropdown(spec) {
  const shown = spec.options.filter((o) => spec.selected.includes(o.value)).map((o) => o.label);
  const trigger = el("button", {
    type: "button",
    class: "dropdown",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": spec.label,
    "aria-describedby": spec.describedby ?? null,
    disabled: Boolean(spec.disabled),
    "aria-busy": spec.busy ? "true" : null,
    data: { key: spec.key },
  });
  writeTrigger(trigger, shown, spec);
  const open = () => {
    if (!spec.busy) new DropdownPopup(spec, trigger).open();
  };
  trigger.addEventListener("click", open);
  trigger.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      open();
    }
  });
  return trigger;
}

/** @param {HTMLElement} trigger @param {string[]} shown @param {DropdownSpec} spec */
function writeTrigger(trigger, shown, spec) {
  trigger.replaceChildren(
    el(
      "span",
      { class: shown.length ? "dropdown-text" : "dropdown-text placeholder" },
      shown.length ? shown.join(", ") : spec.placeholder,
    ),
    spec.busy ? el("span", { class: "spinner", role: "img", "aria-label": "waiting" }) : icon("down"),
  );
  trigger.setAttribute("aria-label", shown.length ? `${spec.label}: ${shown.join(", ")}` : spec.label);
}

class DropdownPopup {
  /** @param {DropdownSpec} spec @param {HTMLElement} trigger */
  constructor(spec, trigger) {
    this.spec = spec;
    this.trigger = trigger;
    this.chosen = new Set(spec.selected);
    this.multiple = spec.max > 1;
    this.list = new Listbox({
      label: spec.label,
      multiple: this.multiple,
      onpick: (item) => this.take(item.value),
    });
    this.note = el("p", { class: "popup-note", role: "status" });
    this.search = el("input", {
      type: "text",
      class: "popup-search",
      role: "combobox",
      "aria-label": `Search: ${spec.label}`,
      "aria-expanded": "true",
      "aria-controls": this.list.id,
      autocomplete: "off",
      placeholder: "Search",
      oninput: () => this.draw(0),
    });
    this.search.classList.toggle("quiet", spec.options.length < SEARCH_FROM);
    this.list.field = this.search;
    this.node = el(
      "div",
      { class: "popup", popover: "auto", id: uid("popup") },
      this.search,
      this.list.node,
      this.note,
    );
    this.node.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => this.key(e));
    this.node.addEventListener("toggle", (/** @type {any} */ e) => {
      if (e.newState === "closed") this.closed();
    });
  }

  open() {
    (this.trigger.closest("dialog") ?? document.body).append(this.node);
    this.trigger.setAttribute("aria-expanded", "true");
    const first = this.spec.options.findIndex((o) => this.chosen.has(o.value));
    this.draw(Math.max(first, 0));
    this.node.showPopover();
    this.place();
    this.search.focus();
  }

  /** @param {number} index */
  draw(index) {
    const wanted = this.search.value.trim().toLowerCase();
    const full = this.multiple && this.chosen.size >= this.spec.max;
    const items = this.spec.options
      .filter((o) => !wanted || `${o.label} ${o.description ?? ""}`.toLowerCase().includes(wanted))
      .map((o) => ({
        value: o.value,
        label: o.label,
        description: o.description,
        selected: this.chosen.has(o.value),
        disabled: full && !this.chosen.has(o.value),
      }));
    this.list.set(items, index);
    this.note.textContent = items.length ? this.rule() : "Nothing matches.";
    this.note.hidden = !this.note.textContent;
  }

  rule() {
    if (!this.multiple) return "";
    const { min, max } = this.spec;
    const range = min === max ? `Choose ${min}` : `Choose ${min} to ${max}`;
    return `${range}. ${this.chosen.size} chosen.`;
  }

  place() {
    const box = this.trigger.getBoundingClientRect();
    const width = Math.min(Math.max(box.width, 220), innerWidth - 2 * EDGE);
    const below = innerHeight - box.bottom - GAP - EDGE;
    const above = box.top - GAP - EDGE;
    const upward = below < 220 && above > below;
    this.node.style.width = `${width}px`;
    this.node.style.left = `${Math.min(Math.max(box.left, EDGE), innerWidth - width - EDGE)}px`;
    this.node.style.maxHeight = `${Math.min(upward ? above : below, 360)}px`;
    this.node.style[upward ? "bottom" : "top"] =
      `${upward ? innerHeight - box.top + GAP : box.bottom + GAP}px`;
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    if (this.list.key(e.key)) e.preventDefault();
    else if (e.key === "Enter" || (e.key === " " && !this.search.value)) {
      e.preventDefault();
      this.list.pick();
    } else if (e.key === "Tab") this.node.hidePopover();
    else if (e.key === "Escape") {
      e.preventDefault();
      e.stopPropagation();
      this.node.hidePopover();
    }
  }

  /** @param {string} value */
  take(value) {
    if (this.multiple) {
      if (!this.chosen.delete(value)) this.chosen.add(value);
      this.draw(this.list.index);
      if (this.spec.live) this.report();
      return;
    }
    const again = this.chosen.has(value) && this.spec.min === 0;
    this.chosen = new Set(again ? [] : [value]);
    this.node.hidePopover();
  }

  report() {
    const order = this.spec.options.map((o) => o.value).filter((v) => this.chosen.has(v));
    this.spec.selected = order;
    writeTrigger(
      this.trigger,
      this.spec.options.filter((o) => this.chosen.has(o.value)).map((o) => o.label),
      this.spec,
    );
    this.spec.onchange(order);
  }

  closed() {
    this.node.remove();
    this.trigger.setAttribute("aria-expanded", "false");
    const place = this.trigger.isConnected
      ? this.trigger
      : document.querySelector(`[data-key="${CSS.escape(this.spec.key)}"]`);
    if (place instanceof HTMLElement && (document.activeElement === document.body || !document.activeElement))
      place.focus();
    const before = new Set(this.spec.selected);
    const same = before.size === this.chosen.size && [...before].every((v) => this.chosen.has(v));
    if (same || this.chosen.size < this.spec.min) return;
    this.report();
  }
}
