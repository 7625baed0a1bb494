/**
 * Modal dialogs. The native element provides the focus trap, Escape and the backdrop.
 * @module dialogs
 */
import { el, uid } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Show a dialog. It removes itself when it closes, and focus returns to where it was.
 * @param {{title: string, body: any, footer: any, onclose?: () => void, describedby?: string}} spec
 * @returns {HTMLDialogElement}
 */
export function openDialog(spec) {
  const titleId = uid("dialog-title");
  const back = document.activeElement;
  const backKey = back instanceof HTMLElement ? back.dataset.key : undefined;
  const dialog = /** @type {HTMLDialogElement} */ (
    el(
      "dialog",
      {
        class: "dialog",
        "aria-labelledby": titleId,
        "aria-describedby": spec.describedby ?? null,
      },
      el(
        "header",
        { class: "dialog-head" },
        el("h2", { id: titleId }, spec.title),
        el(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dialog.close() },
          icon("close"),
        ),
      ),
      el("div", { class: "dialog-body" }, spec.body),
      el("footer", { class: "dialog-foot" }, spec.footer),
    )
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    const place = back?.isConnected
      ? back
      : document.querySelector(`[data-key="${CSS.escape(backKey ?? "")}"]`);
    if (place instanceof HTMLElement) place.focus({ preventScroll: true });
    spec.onclose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** @param {string} title @param {string} text @param {string} action the label of the confirming button @returns {Promise<boolean>} */
export function confirmDialog(title, text, action) {
  return new Promise((resolve) => {
    let answer = false;
    const confirm = el(
      "button",
      {
        type: "button",
        class: "button danger",
        onclick: () => {
          answer = true;
          dialog.close();
        },
      },
      action,
    );
    const cancel = el(
      "button",
      { type: "button", class: "button secondary", onclick: () => dialog.close() },
      "Cancel",
    );
    const dialog = openDialog({
      title,
      body: el("p", {}, text),
      footer: [cancel, confirm],
      onclose: () => resolve(answer),
    });
    confirm.focus();
  });
}
