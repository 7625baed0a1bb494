/**
 * Pictures and files. Only files of this server are loaded; others are only named.
 * @module media
 */
import { el } from "./dom.js";
import { icon } from "./icons.js";

const FILES = "/sandbox/files/";

/**
 * Return the URL to load a file from, null if it is not on this server.
 * @param {string} url
 * @param {import("./types.js").Attachment[]} attachments
 * @returns {string|null}
 */
export function localUrl(url, attachments) {
  if (url.startsWith("attachment://")) {
    const name = url.slice("attachment://".length);
    const found = attachments.find((a) => a.filename === name);
    return found ? localUrl(found.url, []) : null;
  }
  try {
    const { pathname } = new URL(url, location.href);
    return pathname.startsWith(FILES) ? pathname : null;
  } catch {
    return null;
  }
}

/**
 * @param {{url: string, width?: number|null, height?: number|null}} item
 * @param {string} description the alternative text; if empty, the attachment's description is used
 * @param {import("./types.js").Attachment[]} attachments
 * @param {{spoiler?: boolean, small?: boolean}} [how]
 * @returns {HTMLElement}
 */
export function picture(item, description, attachments, how = {}) {
  const src = localUrl(item.url ?? "", attachments);
  const held = attachments.find((a) => src !== null && localUrl(a.url, []) === src);
  const alt = description || held?.description || "";
  if (src === null)
    return el(
      "p",
      { class: "picture-absent" },
      icon("eye"),
      alt || "A picture from another site, which this page does not load.",
    );
  const image = el("img", {
    src,
    alt: alt || "Picture without a description",
    loading: "lazy",
    decoding: "async",
    class: how.small ? "picture small" : "picture",
    width: item.width ?? held?.width ?? null,
    height: item.height ?? held?.height ?? null,
  });
  if (!how.spoiler) return image;
  const cover = el(
    "button",
    {
      type: "button",
      class: "spoiler picture-cover",
      "aria-label": `Show hidden picture${alt ? `: ${alt}` : ""}`,
      onclick: () => cover.replaceWith(image),
    },
    image,
  );
  return cover;
}

/** Return a readable file size. @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {{filename: string, url: string, size?: number|null, description?: string|null}} file @returns {HTMLElement} */
export function fileCard(file) {
  const href = localUrl(file.url, []);
  return el(
    "div",
    { class: "file-card" },
    icon("file"),
    el(
      "span",
      { class: "file-text" },
      el("span", { class: "file-name" }, file.filename),
      el(
        "span",
        { class: "file-note" },
        [file.size ? fileSize(file.size) : null, file.description].filter(Boolean).join(" · "),
      ),
    ),
    href
      ? el(
          "a",
          { href, download: file.filename, class: "icon-button", "aria-label": `Download ${file.filename}` },
          icon("download"),
        )
      : null,
  );
}

/** @param {import("./types.js").Attachment} attachment @returns {HTMLElement} */
export function attachment(attachment) {
  const type = attachment.content_type ?? "";
  const isPicture = type.startsWith("image/") || (attachment.width && attachment.height);
  if (!isPicture) return fileCard(attachment);
  return picture(attachment, attachment.description ?? attachment.filename, [attachment], {
    spoiler: attachment.filename.startsWith("SPOILER_"),
  });
}
