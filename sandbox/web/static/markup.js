/**
 * Message text as DOM nodes, made from the tree of `markdown.js`.
 * @module markup
 */
import { el, textButton } from "./dom.js";
import { icon } from "./icons.js";
import { parse, parseInline } from "./markdown.js";
import { channelById, dmById, guildOf, rolesOf, store, userName } from "./store.js";
import { readMoment } from "./time.js";
import { CHANNEL } from "./types.js";

/** What a click on a mention does; `app.js` sets these. */
export const follow = {
  /** @param {string} _id */
  channel: (_id) => {},
  /** @param {string} _path */
  command: (_path) => {},
};

/** Draw text with block and inline markup. @param {string} source @returns {HTMLElement} */
export function markup(source) {
  return el("div", { class: "markup" }, parse(source).map(drawBlock));
}

/** Draw a line with inline markup only. @param {string} source @returns {HTMLElement} */
export function inlineMarkup(source) {
  return el("span", { class: "markup-line" }, drawInlines(parseInline(source)));
}

/** @param {import("./markdown.js").Block} block @returns {Node} */
function drawBlock(block) {
  const children = drawInlines(block.children ?? []);
  switch (block.type) {
    case "heading":
      return el(`h${(block.level ?? 1) + 2}`, { class: `md-h${block.level}` }, children);
    case "subtext":
      return el("p", { class: "md-sub" }, children);
    case "quote":
      return el("blockquote", {}, (block.blocks ?? []).map(drawBlock));
    case "code":
      return el("pre", { tabindex: "0" }, el("code", {}, block.text));
    case "list":
      return drawList(block);
    default:
      return el("p", {}, children);
  }
}

/** @param {import("./markdown.js").Block} block @returns {HTMLElement} */
function drawList(block) {
  const tag = block.ordered ? "ol" : "ul";
  const root = el(tag, block.ordered ? { start: block.start } : {});
  /** @type {Array<{depth: number, list: HTMLElement}>} */
  const open = [{ depth: 0, list: root }];
  for (const item of block.items ?? []) {
    while (open.length > 1 && open[open.length - 1].depth > item.depth) open.pop();
    let { depth, list } = open[open.length - 1];
    if (item.depth > depth && list.lastElementChild) {
      const inner = el(tag);
      list.lastElementChild.append(inner);
      open.push({ depth: item.depth, list: inner });
      list = inner;
    }
    list.append(el("li", {}, drawInlines(item.children)));
  }
  return root;
}

/** Draw a text. The full stop of a time such as "2:05 p.m." also ends its sentence. @param {import("./markdown.js").Inline[]} nodes */
function drawInlines(nodes) {
  return nodes.map((node, at) => {
    const before = nodes[at - 1];
    const hasStop = before?.type === "time" && readMoment(before.unix ?? 0, before.style ?? "f").endsWith(".");
    return drawInline(hasStop && node.text?.startsWith(".") ? { ...node, text: node.text.slice(1) } : node);
  });
}

/** @param {import("./markdown.js").Inline} node @returns {Node} */
function drawInline(node) {
  const children = () => drawInlines(node.children ?? []);
  switch (node.type) {
    case "break":
      return el("br");
    case "bold":
      return el("strong", {}, children());
    case "italic":
      return el("em", {}, children());
    case "underline":
      return el("u", {}, children());
    case "strike":
      return el("s", {}, children());
    case "code":
      return el("code", {}, node.text);
    case "spoiler":
      return spoiler(children());
    case "link":
      return el(
        "a",
        { href: node.id, target: "_blank", rel: "noopener noreferrer", title: node.id },
        node.text,
      );
    case "time":
      return moment(node.unix ?? 0, node.style ?? "f");
    case "user":
      return el("span", { class: "mention" }, `@${userName(node.id ?? "")}`);
    case "role":
      return roleMention(node.id ?? "");
    case "channel":
      return channelMention(node.id ?? "");
    case "command":
      return commandMention(node.text ?? "");
    default:
      return document.createTextNode(node.text ?? "");
  }
}

/** @param {Node[]} children */
function spoiler(children) {
  const inner = el("span", { class: "spoiler-text" }, children);
  const show = () => button.replaceWith(el("span", { class: "spoiler shown", tabindex: "-1" }, inner));
  const props = { class: "spoiler", "aria-label": "Show hidden text", "aria-expanded": "false" };
  const button = textButton(props, show, inner);
  return button;
}

/** Draw a timestamp in the viewer's time zone; `refreshTimes` updates relative ones. @param {number} unix @param {string} style */
export function moment(unix, style) {
  const date = new Date(unix * 1000);
  const iso = Number.isNaN(date.getTime()) ? null : date.toISOString();
  return el(
    "time",
    {
      class: "moment",
      datetime: iso,
      title: readMoment(unix, "F"),
      data: style === "R" ? { relative: String(unix) } : {},
    },
    readMoment(unix, style),
  );
}

/** @param {string} id */
function roleMention(id) {
  const role = rolesOf(guildOf(store.route.channel)).find((r) => r.id === id);
  return el("span", { class: "mention" }, `@${role ? role.name : "unknown role"}`);
}

/** @param {string} id */
function channelMention(id) {
  const channel = channelById(id);
  if (!channel && dmById(id)) return el("span", { class: "mention" }, "direct message");
  if (!channel) return el("span", { class: "mention unknown" }, "#unknown");
  const voice = channel.type === CHANNEL.VOICE || channel.type === CHANNEL.STAGE;
  const mark = voice ? [icon("voice", "voice channel"), " "] : "#";
  return textButton({ class: "mention" }, () => follow.channel(id), mark, channel.name);
}

/** @param {string} path */
function commandMention(path) {
  const props = { class: "mention command-mention", title: "Put this command into the message box" };
  return textButton(props, () => follow.command(path), `/${path}`);
}
