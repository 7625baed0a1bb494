/**
 * DOM nodes. Text always becomes text nodes: nothing on this page parses HTML.
 * @module dom
 */

/** @typedef {Node|string|number|null|undefined|false|Array<any>} Child */

/**
 * Create an element. Properties that start with `on` are listeners; `class`, `data` and `aria` (objects) and
 * `vars` (CSS custom properties) are special; others are attributes: `true` sets an empty one, and null,
 * undefined and false set none.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {any}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) setProp(node, key, value);
  append(node, children);
  return node;
}

/**
 * Create a button inside a text: a `button` would be one unbreakable box, after which a line may end even
 * before a full stop.
 * @param {Record<string, any>} props
 * @param {() => void} press
 * @param {...Child} children
 * @returns {any}
 */
export function textButton(props, press, ...children) {
  const onkeydown = (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== "Enter" && e.key !== " ") return;
    e.preventDefault();
    press();
  };
  return el("span", { role: "button", tabindex: "0", ...props, onclick: press, onkeydown }, ...children);
}

/** @param {HTMLElement} node @param {string} key @param {any} value */
function setProp(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "data") Object.assign(node.dataset, value);
  else if (key === "vars") {
    for (const [name, v] of Object.entries(value)) node.style.setProperty(`--${name}`, String(v));
  } else if (key === "aria") {
    for (const [name, v] of Object.entries(value)) {
      if (v !== null && v !== undefined) node.setAttribute(`aria-${name}`, String(v));
    }
  } else if (key === "value") /** @type {any} */ (node).value = value;
  else node.setAttribute(key, value === true ? "" : String(value));
}

/** @param {Node} node @param {Child} child */
export function append(node, child) {
  if (Array.isArray(child)) child.forEach((c) => append(node, c));
  else if (child instanceof Node) node.appendChild(child);
  else if (child !== null && child !== undefined && child !== false) {
    node.appendChild(document.createTextNode(String(child)));
  }
}

/**
 * Replace the children of a node and keep the focus: if the focused element has a `data-key`, the new
 * element with the same key gets the focus.
 * @param {Element} node
 * @param {...Child} children
 */
export function refill(node, ...children) {
  const key = focusKey(node);
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  node.replaceChildren(fragment);
  restoreFocus(node, key);
}

/** @param {Element} within @returns {string|null} */
export function focusKey(within) {
  const active = document.activeElement;
  return active instanceof HTMLElement && within.contains(active) ? (active.dataset.key ?? null) : null;
}

/** @param {Element} within @param {string|null} key */
export function restoreFocus(within, key) {
  if (key === null) return;
  const target = within.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node;
}

let counter = 0;

/** Return an id that is unique on this page, for labels and descriptions. @param {string} stem */
export function uid(stem) {
  counter += 1;
  return `${stem}-${counter}`;
}
