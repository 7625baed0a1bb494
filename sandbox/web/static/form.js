/**
 * Modals that the app opens: checked like Discord's client does, then submitted.
 * @module form
 */
import { openDialog } from "./dialogs.js";
import { el, uid } from "./dom.js";
import { drawField } from "./fields.js";
import { startInteraction } from "./interactions.js";
import { markup } from "./markup.js";
import { state, store } from "./store.js";

/** @typedef {import("./fields.js").Field} Field */

/**
 * Open a modal.
 * @param {string} interaction the id of the interaction that opened it
 * @param {import("./types.js").ModalData} modal
 */
export function openForm(interaction, modal) {
  const channel = store.route.channel ?? "";
  /** @type {Field[]} */
  const fields = [];
  const id = uid("form");
  const error = el("p", { class: "failure", role: "alert" });
  const submit = el(
    "button",
    { type: "submit", form: id, class: "button primary" },
    el("span", { class: "button-label" }, "Submit"),
    el("span", { class: "spinner", role: "img", "aria-label": "waiting" }),
  );
  const cancel = el(
    "button",
    { type: "button", class: "button secondary", onclick: () => dialog.close() },
    "Cancel",
  );
  const form = el(
    "form",
    {
      id,
      class: "form",
      novalidate: true,
      onsubmit: (/** @type {Event} */ e) => {
        e.preventDefault();
        void hand();
      },
    },
    el("p", { class: "form-from" }, `This form was opened by ${state().app.name}.`),
    modal.components.map((c) => drawTop(c, channel, fields)),
    error,
  );

  let handing = false;

  async function hand() {
    if (handing) return;
    const wrong = fields.filter((f) => !f.check());
    if (wrong.length) {
      wrong[0].focus();
      return;
    }
    error.textContent = "";
    handing = true;
    submit.setAttribute("aria-busy", "true");
    const values = Object.fromEntries(fields.map((f) => [f.customId, f.value()]));
    const failed = await startInteraction("modal", { interaction, values, channel }, { channel });
    handing = false;
    submit.removeAttribute("aria-busy");
    if (failed) error.textContent = failed;
    else dialog.close();
  }

  const dialog = openDialog({ title: modal.title, body: form, footer: [cancel, submit] });
  fields[0]?.focus();
}

/** @param {any} component @param {string} channel @param {Field[]} fields @returns {Node} */
function drawTop(component, channel, fields) {
  if (component.type === 10) return markup(component.content ?? "");
  if (component.type === 1) {
    return el(
      "div",
      {},
      (component.components ?? []).map((/** @type {any} */ c) =>
        take(drawField(c, c.label ?? "", null, channel), fields),
      ),
    );
  }
  if (component.type === 18) {
    return take(
      drawField(component.component, component.label, component.description ?? null, channel),
      fields,
    );
  }
  return el("p", { class: "unknown" }, `This page cannot show components of type ${component.type}.`);
}

/** @param {Field} field @param {Field[]} fields */
function take(field, fields) {
  fields.push(field);
  return field.node;
}
