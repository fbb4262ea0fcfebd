// What pages do beyond being read: light or dark, the contents on a phone, copies of code, and the
// heading that is being read.
"use strict";

(() => {
  const root = document.documentElement;

  const dark = () => {
    const chosen = root.dataset.mode;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const mode = document.getElementById("mode");
  mode.hidden = false;
  mode.addEventListener("click", () => {
    root.dataset.mode = dark() ? "light" : "dark";
    try {
      localStorage.setItem("basilect:mode", root.dataset.mode);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });

  // The contents lie below the page without scripts; with them they open over it.
  const menu = document.getElementById("menu");
  const side = document.getElementById("side");
  const show = (open) => {
    document.body.classList.toggle("menu-open", open);
    menu.setAttribute("aria-expanded", String(open));
    if (open) (side.querySelector("[aria-current]") ?? side.querySelector("a")).focus();
  };
  menu.setAttribute("role", "button");
  menu.setAttribute("aria-controls", "side");
  show(false);
  menu.addEventListener("click", (event) => {
    event.preventDefault();
    show(!document.body.classList.contains("menu-open"));
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === " ") menu.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("menu-open")) {
      show(false);
      menu.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const open = document.body.classList.contains("menu-open");
    if (open && !side.contains(event.target) && !menu.contains(event.target)) show(false);
  });
  side.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });

  // Code can be copied; what a prompt shows is typed without the prompt.
  const typed = (block) => {
    const text = block.querySelector("pre").innerText;
    if (!block.classList.contains("console")) return text;
    const lines = text.split("\n").filter((line) => line.startsWith("$ "));
    return lines.map((line) => line.slice(2)).join("\n");
  };
  for (const block of document.querySelectorAll(".example > .code, .example > .console")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(typed(block));
        button.textContent = "Copied";
      } catch {
        const range = document.createRange();
        range.selectNodeContents(block.querySelector("pre"));
        const selection = getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    block.append(button);
  }

  // The list of headings marks the one that is being read.
  const links = new Map();
  for (const link of document.querySelectorAll(".toc a")) links.set(link.hash.slice(1), link);
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (headings.length > 0) {
    const mark = () => {
      const above = headings.filter((heading) => heading.getBoundingClientRect().top < 140);
      const current = above.at(-1) ?? headings[0];
      for (const [id, link] of links) link.classList.toggle("here", id === current.id);
    };
    addEventListener("scroll", mark, { passive: true });
    mark();
  }
})();
