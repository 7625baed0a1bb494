/**
 * The fields of modals: each draws itself, and returns and checks its value.
 * @module fields
 */
import { el, uid } from "./dom.js";
import { dropdown } from "./dropdown.js";
import { entityOptions } from "./entities.js";

/**
 * @typedef {{node: HTMLElement, customId: string, value: () => any, check: () => boolean, focus: () => void}} Field
 * @typedef {{component: any, label: string, channel: string, labelId: string, describedby: string}} Context
 * @typedef {{control: HTMLElement, value: () => any, problem: () => string|null, focus: () => void,
 *   group?: boolean, labels?: string}} Control
 */

/** @type {Record<number, (context: Context) => Control>} */
const DRAW = {
  4: textInput,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  19: upload,
  21: radios,
  22: checks,
  23: check,
};

/**
 * @param {any} component
 * @param {string} label
 * @param {string|null} description
 * @param {string} channel where the form was opened, for selects of people and channels
 * @returns {Field}
 */
export function drawField(component, label, description, channel) {
  const labelId = uid("label");
  const aboutId = uid("about");
  const errorId = uid("error");
  const draw = DRAW[component.type] ?? unknown;
  const made = draw({ component, label, channel, labelId, describedby: `${aboutId} ${errorId}` });
  const error = el("p", { class: "failure", id: errorId, "aria-live": "polite" });
  const node = el(
    "div",
    {
      class: "field",
      role: made.group ? (component.type === 21 ? "radiogroup" : "group") : null,
      "aria-labelledby": made.group ? labelId : null,
      "aria-describedby": made.group ? `${aboutId} ${errorId}` : null,
    },
    drawLabel(component, label, labelId, made),
    el("p", { class: "field-about", id: aboutId }, description),
    made.control,
    error,
  );
  const validate = () => {
    const problem = made.problem();
    error.textContent = problem ?? "";
    node.classList.toggle("invalid", problem !== null);
    for (const input of node.querySelectorAll("input, textarea, .dropdown")) {
      if (problem === null) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    }
    return problem === null;
  };
  node.addEventListener("input", () => node.classList.contains("invalid") && validate());
  return { node, customId: component.custom_id, value: made.value, check: validate, focus: made.focus };
}

/**
 * Draw the label: a group of checkboxes or radio buttons gets a name, a single control a label.
 * @param {any} component
 * @param {string} label
 * @param {string} id
 * @param {Control} made
 */
function drawLabel(component, label, id, made) {
  const star = el(
    "span",
    { class: "needed-mark", title: "required" },
    " *",
    el("span", { class: "unseen" }, " required"),
  );
  const name = [label, isRequired(component) ? star : null];
  return made.group || component.type === 23
    ? el("p", { class: "field-label", id }, name)
    : el("label", { class: "field-label", id, for: made.labels ?? null }, name);
}

/** Whether a value is required, which is the default for everything but single checkboxes. @param {any} c */
function isRequired(c) {
  return c.type !== 23 && c.required !== false;
}

/** @param {Context} context @returns {Control} */
function textInput({ component: c, describedby }) {
  const long = c.style === 2;
  const input = el(long ? "textarea" : "input", {
    id: uid("text"),
    type: long ? null : "text",
    rows: long ? "4" : null,
    placeholder: c.placeholder ?? null,
    maxlength: c.max_length ?? 4000,
    "aria-describedby": describedby,
    "aria-required": isRequired(c) ? "true" : null,
    value: c.value ?? "",
    autocomplete: "off",
  });
  const left = el("span", { class: "left", "aria-hidden": "true" });
  const count = () => {
    left.textContent = c.max_length || long ? `${input.value.length} / ${c.max_length ?? 4000}` : "";
  };
  count();
  input.addEventListener("input", count);
  return {
    control: el("div", { class: "text-control" }, input, left),
    labels: input.id,
    value: () => input.value,
    focus: () => input.focus(),
    problem: () => textProblem(c, input.value),
  };
}

/** @param {any} c @param {string} text @returns {string|null} */
function textProblem(c, text) {
  if (!text.trim()) return isRequired(c) ? "This field is required." : null;
  if (c.min_length && text.length < c.min_length) return `Type at least ${c.min_length} characters.`;
  return null;
}

/** @param {Context} context @returns {Control} */
function select({ component: c, label, channel, describedby }) {
  const options =
    c.type === 3
      ? (c.options ?? []).map((/** @type {any} */ o) => ({
          value: String(o.value),
          label: o.label,
          description: o.description,
        }))
      : entityOptions(c.type, channel, c.channel_types);
  let values =
    c.type === 3
      ? (c.options ?? [])
          .filter((/** @type {any} */ o) => o.default)
          .map((/** @type {any} */ o) => String(o.value))
      : (c.default_values ?? []).map((/** @type {any} */ v) => String(v.id));
  const least = isRequired(c) ? Math.max(c.min_values ?? 1, 1) : 0;
  const trigger = dropdown({
    key: uid("form-select"),
    label,
    placeholder: c.placeholder || "Make a selection",
    options,
    min: least,
    max: c.max_values ?? 1,
    selected: values,
    live: true,
    describedby,
    onchange: (chosen) => {
      values = chosen;
      trigger.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  return {
    control: trigger,
    value: () => values,
    focus: () => trigger.focus(),
    problem: () => {
      if (!values.length && !isRequired(c)) return null;
      const min = Math.max(c.min_values ?? 1, isRequired(c) ? 1 : 0);
      return values.length < min ? (min === 1 ? "Choose one." : `Choose at least ${min}.`) : null;
    },
  };
}

/** @param {Context} context @returns {Control} */
function radios({ component: c }) {
  const name = uid("radio");
  const inputs = ticks(c, "radio", name);
  return {
    group: true,
    control: el(
      "div",
      { class: "ticks" },
      inputs.map((i) => i.row),
    ),
    value: () => inputs.find((i) => i.input.checked)?.value ?? null,
    focus: () => inputs[0]?.input.focus(),
    problem: () => (isRequired(c) && !inputs.some((i) => i.input.checked) ? "Choose one." : null),
  };
}

/** @param {Context} context @returns {Control} */
function checks({ component: c }) {
  const inputs = ticks(c, "checkbox", uid("checks"));
  const values = () => inputs.filter((i) => i.input.checked).map((i) => i.value);
  return {
    group: true,
    control: el(
      "div",
      { class: "ticks" },
      inputs.map((i) => i.row),
    ),
    value: values,
    focus: () => inputs[0]?.input.focus(),
    problem: () => countProblem(c, values().length, inputs.length),
  };
}

/** @param {any} c @param {number} count @param {number} all @returns {string|null} */
function countProblem(c, count, all) {
  if (count === 0 && !isRequired(c)) return null;
  const min = Math.max(c.min_values ?? 1, isRequired(c) ? 1 : 0);
  const max = c.max_values ?? all;
  if (count < min) return min === 1 ? "Choose at least one." : `Choose at least ${min}.`;
  return count > max ? `Choose at most ${max}.` : null;
}

/** @param {any} c @param {string} type @param {string} name @returns {Array<{row: HTMLElement, input: HTMLInputElement, value: string}>} */
function ticks(c, type, name) {
  return (c.options ?? []).map((/** @type {any} */ option) => {
    const input = el("input", { type, name });
    input.checked = Boolean(option.default);
    const row = el(
      "label",
      { class: "tick" },
      input,
      el(
        "span",
        { class: "tick-text" },
        el("span", {}, option.label),
        option.description ? el("span", { class: "field-about" }, option.description) : null,
      ),
    );
    return { row, input, value: String(option.value) };
  });
}

/** @param {Context} context @returns {Control} */
function check({ component: c, label, describedby }) {
  const input = el("input", { type: "checkbox", "aria-describedby": describedby, "aria-label": label });
  input.checked = Boolean(c.default);
  return {
    control: el(
      "label",
      { class: "tick" },
      input,
      el("span", { class: "tick-text", "aria-hidden": "true" }, "Yes"),
    ),
    value: () => input.checked,
    focus: () => input.focus(),
    problem: () => null,
  };
}

/** @param {Context} context @returns {Control} */
function upload({ component: c }) {
  const control = el("p", { class: "unknown", tabindex: "-1" }, "This page cannot upload files.");
  return {
    control,
    value: () => undefined,
    focus: () => control.focus(),
    problem: () => (isRequired(c) ? "This form needs a file, and this page cannot upload files." : null),
  };
}

/** @param {Context} context @returns {Control} */
function unknown({ component: c }) {
  const control = el(
    "p",
    { class: "unknown", tabindex: "-1" },
    `This page cannot show fields of type ${c.type}.`,
  );
  return { control, value: () => undefined, focus: () => control.focus(), problem: () => null };
}
