/**
 * A parser for Discord's Markdown. It returns a tree and does not touch the DOM.
 * @module markdown
 *
 * @typedef {{type: string, text?: string, children?: Inline[], id?: string, style?: string,
 *   unix?: number}} Inline
 * @typedef {{type: "paragraph"|"heading"|"subtext"|"quote"|"list"|"code", level?: number,
 *   children?: Inline[], blocks?: Block[], items?: Array<{depth: number, children: Inline[]}>,
 *   ordered?: boolean, start?: number, text?: string, language?: string}} Block
 */

const TIMESTAMP = /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/;
const MENTION = /^<(@!?|@&|#)(\d{1,20})>/;
const COMMAND = /^<\/([^:<>\n]{1,100}):(\d{1,20})>/;
const EMOJI = /^<a?:(\w{2,32}):\d{1,20}>/;
const MASKED = /^\[([^\]\n]{1,500})\]\(<?(https?:\/\/[^\s)>]+)>?\)/;
const BARE = /^https?:\/\/[^\s<>]*[^\s<>.,:;!?'")\]]/;
const ESCAPED = /^\\([^A-Za-z0-9\s])/;
const CODE = /^(`+)([^]*?[^`])\1(?!`)/;

/** @type {Array<{type: string, open: RegExp}>} */
const SPANS = [
  { type: "bold", open: /^\*\*(?=\S)((?:\\[^]|[^\\])+?)\*\*(?!\*)/ },
  { type: "underline", open: /^__((?:\\[^]|[^\\])+?)__(?!_)/ },
  { type: "strike", open: /^~~((?:\\[^]|[^\\])+?)~~/ },
  { type: "spoiler", open: /^\|\|((?:\\[^]|[^\\])+?)\|\|/ },
  { type: "italic", open: /^\*(?=[^\s*])((?:\\[^]|\*\*(?:\\[^]|[^\\])+?\*\*|[^\\*])+?)\*(?!\*)/ },
  { type: "italic", open: /^_((?:\\[^]|__(?:\\[^]|[^\\])+?__|[^\\_])+?)_(?![A-Za-z0-9_])/ },
];

/**
 * Parse the inline markup of a line or paragraph.
 * @param {string} source
 * @returns {Inline[]}
 */
export function parseInline(source) {
  /** @type {Inline[]} */
  const out = [];
  let plain = "";
  let rest = source;
  let before = "";
  const flush = () => {
    if (plain) out.push({ type: "text", text: plain });
    plain = "";
  };
  while (rest) {
    const found = "\\`<[*_~|\nh".includes(rest[0]) ? readMark(rest, before) : null;
    if (found) {
      if (found.node.type === "text") plain += found.node.text;
      else {
        flush();
        out.push(found.node);
      }
      before = rest[found.length - 1];
      rest = rest.slice(found.length);
    } else {
      before = rest[0];
      plain += rest[0];
      rest = rest.slice(1);
    }
  }
  flush();
  return out;
}

/**
 * @param {string} rest the rest of the source
 * @param {string} before the character before it
 * @returns {{node: Inline, length: number}|null}
 */
function readMark(rest, before) {
  if (rest[0] === "\n") return { node: { type: "break" }, length: 1 };
  if (rest[0] === "\\") {
    const m = ESCAPED.exec(rest);
    return m ? { node: { type: "text", text: m[1] }, length: 2 } : null;
  }
  if (rest[0] === "`") {
    const m = CODE.exec(rest);
    return m ? { node: { type: "code", text: m[2].trim() || m[2] }, length: m[0].length } : null;
  }
  if (rest[0] === "<") return readAngle(rest);
  if (rest[0] === "[") {
    const m = MASKED.exec(rest);
    return m ? { node: { type: "link", text: m[1], id: m[2] }, length: m[0].length } : null;
  }
  if (rest[0] === "h") {
    const m = /[A-Za-z0-9]/.test(before) ? null : BARE.exec(rest);
    return m ? { node: { type: "link", text: m[0], id: m[0] }, length: m[0].length } : null;
  }
  if (rest[0] === "_" && rest[1] !== "_" && /[A-Za-z0-9]/.test(before)) return null;
  for (const span of SPANS) {
    const m = span.open.exec(rest);
    if (m) return { node: { type: span.type, children: parseInline(m[1]) }, length: m[0].length };
  }
  return null;
}

/** @param {string} rest @returns {{node: Inline, length: number}|null} */
function readAngle(rest) {
  let m = TIMESTAMP.exec(rest);
  if (m) return { node: { type: "time", unix: Number(m[1]), style: m[2] ?? "f" }, length: m[0].length };
  m = MENTION.exec(rest);
  if (m) {
    const kind = m[1] === "#" ? "channel" : m[1] === "@&" ? "role" : "user";
    return { node: { type: kind, id: m[2] }, length: m[0].length };
  }
  m = COMMAND.exec(rest);
  if (m) return { node: { type: "command", text: m[1], id: m[2] }, length: m[0].length };
  m = EMOJI.exec(rest);
  return m ? { node: { type: "text", text: `:${m[1]}:` }, length: m[0].length } : null;
}

/**
 * Parse a message.
 * @param {string} source
 * @returns {Block[]}
 */
export function parse(source) {
  /** @type {Block[]} */
  const blocks = [];
  const pieces = source.split(/```(?:([a-zA-Z0-9_+-]+)\n)?([^]+?)```/);
  for (let i = 0; i < pieces.length; i += 3) {
    const text = i > 0 ? pieces[i].replace(/^\n/, "") : pieces[i];
    if (text) blocks.push(...parseLines(text.replace(/\n$/, "").split("\n")));
    if (i + 2 < pieces.length) {
      blocks.push({
        type: "code",
        language: pieces[i + 1] ?? "",
        text: pieces[i + 2].replace(/^\n|\n$/g, ""),
      });
    }
  }
  return blocks;
}

/** @param {string[]} lines @returns {Block[]} */
function parseLines(lines) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) blocks.push({ type: "paragraph", children: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const found = readBlock(lines, at);
    if (found) {
      flush();
      blocks.push(found.block);
      at = found.next;
    } else {
      paragraph.push(lines[at]);
      at += 1;
    }
  }
  flush();
  return blocks;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @returns {{block: Block, next: number}|null}
 */
function readBlock(lines, at) {
  const line = lines[at];
  const heading = /^(#{1,3})\s+(\S.*)$/.exec(line);
  if (heading) {
    const block = /** @type {Block} */ ({
      type: "heading",
      level: heading[1].length,
      children: parseInline(heading[2]),
    });
    return { block, next: at + 1 };
  }
  const subtext = /^-#\s+(\S.*)$/.exec(line);
  if (subtext) return { block: { type: "subtext", children: parseInline(subtext[1]) }, next: at + 1 };
  if (/^>>>\s/.test(line)) {
    const inner = [line.replace(/^>>>\s/, ""), ...lines.slice(at + 1)];
    return { block: { type: "quote", blocks: parseLines(inner) }, next: lines.length };
  }
  if (/^>\s/.test(line)) {
    let next = at;
    while (next < lines.length && /^>\s/.test(lines[next])) next += 1;
    const inner = lines.slice(at, next).map((l) => l.replace(/^>\s/, ""));
    return { block: { type: "quote", blocks: parseLines(inner) }, next };
  }
  return readList(lines, at);
}

const GOES_ON = /^ {2,}\S/; // an indented line belongs to the item above it
const ITEM = /^(\s*)([-*]|\d{1,9}\.)\s+(\S.*)$/;

/**
 * @param {string[]} lines
 * @param {number} at
 * @returns {{block: Block, next: number}|null}
 */
function readList(lines, at) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  /** @type {Array<{depth: number, text: string}>} */
  const read = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const m = ITEM.exec(lines[next]);
    if (m && /\d/.test(m[2]) === ordered) {
      read.push({ depth: Math.min(Math.floor(m[1].length / 2), 5), text: m[3] });
    } else if (!m && GOES_ON.test(lines[next])) {
      read[read.length - 1].text += `\n${lines[next].trim()}`;
    } else break;
  }
  const items = read.map(({ depth, text }) => ({ depth, children: parseInline(text) }));
  return { block: { type: "list", ordered, start: ordered ? parseInt(first[2], 10) : 1, items }, next };
}
