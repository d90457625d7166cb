/* The search of an exported site. No server: words and pages lie beside this file in small scripts, loaded as needed. */
(() => {
  "use strict";

  const PAGES_TO_A_FILE = 128;
  const SHOWN = 50;
  const MOST_PIECES = 6; // of words, for one beginning of a word
  const { wanted, isUnspaced } = window.notionhubWords;
  const here = new URL(".", document.currentScript.src);
  const TITLE = 3;
  const POINTS = [1, 2, 4, 10];

  // Data: each script hands over what it holds.
  const arrived = { words: new Map(), pages: new Map(), first: new Map() };
  const loading = new Map();
  window.notionhub = Object.fromEntries(
    Object.entries(arrived).map(([kind, held]) => [kind, (number, value) => void held.set(number, value)]),
  );

  function load(kind, number, path) {
    if (!loading.has(path)) {
      loading.set(
        path,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL(path, here);
          script.onload = () => resolve(arrived[kind].get(number));
          script.onerror = () => reject(new Error(`The file assets/${path} is missing.`));
          document.head.append(script);
        }),
      );
    }
    return loading.get(path);
  }

  const firstWords = () => load("first", 0, "words/first.js");
  const wordsIn = (number) => load("words", number, `words/${number}.js`);
  const pagesIn = (number) => load("pages", number, `pages/${number}.js`);

  /* The order of code points, in which the words lie; JavaScript's own differs beyond the first 65,536. */
  function isBefore(one, other) {
    const [left, right] = [Array.from(one), Array.from(other)];
    for (let at = 0; at < left.length && at < right.length; at += 1) {
      if (left[at] !== right[at]) return left[at].codePointAt(0) < right[at].codePointAt(0);
    }
    return left.length < right.length;
  }

  /* The place of the last of the sorted words that does not come after `word`. */
  function placeOf(word, firsts) {
    let [low, high] = [0, firsts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(word, firsts[middle])) high = middle;
      else low = middle + 1;
    }
    return Math.max(0, low - 1);
  }

  /* Points by number of a page, for pages with this word or with one that begins so. */
  async function pagesWith(word) {
    const firsts = await firstWords();
    const points = new Map();
    const start = placeOf(word, firsts);
    const isBeginning = Array.from(word).length > 1 || isUnspaced(word);
    let cutOff = false;
    for (let number = start; number < firsts.length; number += 1) {
      if (number > start && !firsts[number].startsWith(word)) break;
      if (number - start >= MOST_PIECES) {
        cutOff = true;
        break;
      }
      for (const [found, steps] of await wordsIn(number)) {
        if (found === word) gather(steps, 2, points);
        else if (isBeginning && found.startsWith(word)) gather(steps, 1, points);
      }
    }
    return { points, cutOff };
  }

  function gather(steps, factor, points) {
    let page = 0;
    for (const step of steps) {
      page += step >> 2;
      const worth = POINTS[step & TITLE] * factor;
      if (worth > (points.get(page) ?? 0)) points.set(page, worth);
    }
  }

  async function search(text) {
    const found = await Promise.all([...new Set(wanted(text))].map(pagesWith));
    if (found.length === 0) return { pages: [], cutOff: false };
    const [fewest, ...others] = found.map((one) => one.points).sort((one, other) => one.size - other.size);
    const hits = [];
    for (const [page, points] of fewest) {
      if (others.every((other) => other.has(page))) {
        hits.push([page, others.reduce((sum, other) => sum + other.get(page), points)]);
      }
    }
    hits.sort((one, other) => other[1] - one[1] || one[0] - other[0]);
    return { pages: hits.map(([page]) => page), cutOff: found.some((one) => one.cutOff) };
  }

  async function described(page) {
    const file = await pagesIn(Math.floor(page / PAGES_TO_A_FILE));
    const [, title, path, trail, excerpt] = file.find(([number]) => number === page);
    return { title, href: new URL(`../${path}`, here), trail, excerpt };
  }

  // The page.
  const field = document.getElementById("q");
  const told = document.getElementById("told");
  const list = document.getElementById("hits");
  let asked = 0;

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function hit({ title, href, trail, excerpt }) {
    const item = document.createElement("li");
    const link = element("a", title);
    link.href = href;
    item.append(link);
    if (trail) item.append(element("span", trail, "s-where"));
    if (excerpt) item.append(element("span", excerpt, "s-excerpt"));
    return item;
  }

  function inWords({ pages, cutOff }, shown) {
    if (pages.length === 0) return "No page has all of these words.";
    const count = pages.length === 1 ? "1 page" : `${pages.length.toLocaleString("en")} pages`;
    const best = shown < pages.length ? `, the best ${shown} are shown` : "";
    return `${count}${best}.${cutOff ? " Write more letters to find words that begin alike." : ""}`;
  }

  async function show(result, number, count) {
    const best = await Promise.all(result.pages.slice(0, count).map(described));
    if (number !== asked) return;
    list.replaceChildren(...best.map(hit));
    told.textContent = inWords(result, best.length);
    if (best.length < result.pages.length) {
      const more = element("button", "Show more");
      more.addEventListener("click", () => show(result, number, count + SHOWN));
      const item = document.createElement("li");
      item.className = "s-more";
      item.append(more);
      list.append(item);
    }
  }

  async function answer() {
    asked += 1;
    const number = asked;
    const text = field.value.trim();
    if (!text) {
      list.replaceChildren();
      told.textContent = "";
      return;
    }
    try {
      const result = await search(text);
      if (number === asked) await show(result, number, SHOWN);
    } catch (error) {
      if (number !== asked) return;
      list.replaceChildren();
      told.textContent = `${error.message} Unpack the whole export again, then search anew.`;
    }
  }

  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(answer, 150);
  });

  /* Arrow keys go through the hits and back to the field. */
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [field, ...list.querySelectorAll("a, button")];
    const at = stops.indexOf(document.activeElement);
    if (!step || at < 0 || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const next = stops[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  document.getElementById("without").hidden = true;
  const given = new URLSearchParams(location.search).get("q");
  if (given && !field.value) field.value = given;
  window.addEventListener("pageshow", answer);
})();
