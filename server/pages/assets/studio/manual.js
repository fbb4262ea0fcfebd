/** The way from a word in a script to its page in the manual. */

let known;

/** The index that the manual's own search uses: names and pages. It is read when first needed. */
function index() {
  known ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = "/manual/assets/search-index.js";
    script.onload = () =>
      done(
        new Map(
          (window.basilectIndex ?? [])
            .filter(([, kind]) => kind === "keyword" || kind === "function")
            .map(([name, , page]) => [name.toUpperCase(), page]),
        ),
      );
    script.onerror = () => done(new Map());
    document.head.append(script);
  });
  return known;
}

/**
 * The page of the word that a text begins with, `HEAR {target} AS …` say; null without one.
 * @returns {Promise<{name: string, address: string} | null>}
 */
export async function pageOf(text) {
  const pages = await index();
  const words = text.toUpperCase().match(/[A-Z][A-Z0-9_$]*/g) ?? [];
  for (let count = Math.min(4, words.length); count > 0; count -= 1) {
    const name = words.slice(0, count).join(" ");
    if (pages.has(name)) return { name, address: `/manual/${pages.get(name)}` };
  }
  return null;
}
