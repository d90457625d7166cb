/* Words as they are searched, the same by whatever letters they were written: no case, no diacritics, compatible forms
   as one; scripts without blanks between words are cut into pairs of characters. The index was made by the same rules. */
window.notionhubWords = (() => {
  "use strict";

  const LONGEST = 32;
  const DIACRITIC = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g;
  const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
  const UNSPACED =
    /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u{20000}-\u{3ffff}]+/gu;

  function folded(text) {
    const lower = text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
    return lower.normalize("NFD").replace(DIACRITIC, "").normalize("NFC");
  }

  function words(text) {
    return (folded(text).match(WORD) ?? []).flatMap(pieces);
  }

  function pieces(word) {
    const found = [];
    let end = 0;
    for (const run of word.matchAll(UNSPACED)) {
      if (run.index > end) found.push(cut(word.slice(end, run.index)));
      found.push(...pairs(Array.from(run[0])));
      end = run.index + run[0].length;
    }
    if (end < word.length) found.push(cut(word.slice(end)));
    return found;
  }

  function pairs(characters) {
    const found = characters.slice(1).map((character, at) => characters[at] + character);
    return [...found, characters.at(-1)];
  }

  function cut(word) {
    return Array.from(word).slice(0, LONGEST).join("");
  }

  /* What must be found: the character that ends a run of pairs is on the page, but need not end a run there. */
  function wanted(text) {
    return (folded(text).match(WORD) ?? []).flatMap((word) => {
      const found = pieces(word);
      return found.filter((piece, at) => at === 0 || !isUnspaced(piece) || !found[at - 1].endsWith(piece));
    });
  }

  function isUnspaced(word) {
    return word.search(UNSPACED) >= 0;
  }

  return { words, wanted, isUnspaced };
})();
