/** Light and dark, and the look of a bot. */

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (root.dataset.mode ? root.dataset.mode === "dark" : dark.matches);

/** Makes a button switch between light and dark; what the system prefers is not stored. */
export function modeButton(button) {
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    const mode = isDark() ? "light" : "dark";
    root.dataset.mode = mode;
    try {
      localStorage.setItem("basilect:mode", mode);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    show();
  });
  dark.addEventListener("change", show);
  show();
}

/** A path of this server, or null: a bot's description must not make the page ask elsewhere. */
export function ownPath(path) {
  if (typeof path !== "string") return null;
  const url = new URL(path, location.href);
  return url.origin === location.origin ? url.pathname + url.search : null;
}

/** A colour that CSS understands, or null. */
export const colour = (text) => (text && CSS.supports("color", text) ? text : null);

/** Red, green and blue (0 to 1) of a CSS colour, as the browser computes it. */
function channels(text) {
  const probe = document.createElement("i");
  probe.style.color = `color-mix(in srgb, ${text} 100%, transparent 0%)`;
  probe.hidden = true;
  document.body.append(probe);
  const computed = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
  const scale = getComputedStyle(probe).color.startsWith("rgb") ? 255 : 1;
  probe.remove();
  return computed.slice(0, 3).map((value) => Number(value) / scale);
}

/** Relative luminance as WCAG defines it. */
export function luminance(text) {
  const [r = 1, g = 1, b = 1] = channels(text).map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever is readable on the colour. */
export const inkOn = (text) => (luminance(text) < 0.179 ? "#fff" : "#000");

/** A theme whose background is dark is shown as it is in both modes. */
function judge() {
  const background = getComputedStyle(root).getPropertyValue("--background").trim();
  if (colour(background) && luminance(background) < 0.1) root.dataset.theme = "dark";
}

/** Links the bot's stylesheet after ours; a missing one only means our own look. */
function linkTheme(path) {
  const there = document.getElementById("dress");
  if (there) return there.sheet ? judge() : there.addEventListener("load", judge);
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = path;
  link.addEventListener("load", judge);
  document.head.append(link);
}

/** The bot's logo, or the first letter of its title on its colour. */
export function face(bot, element) {
  const logo = ownPath(bot.logo);
  element.textContent = [...(bot.title || bot.name)][0]?.toUpperCase() ?? "";
  if (!logo) return;
  const image = new Image();
  image.alt = "";
  image.addEventListener("load", () => {
    element.replaceChildren(image);
    element.classList.add("drawn");
  });
  image.src = logo;
}

/** Gives the page a bot's colour, stylesheet, logo and title. */
export function dress(bot) {
  if (colour(bot.color)) root.style.setProperty("--bot-color", bot.color);
  if (ownPath(bot.theme)) linkTheme(ownPath(bot.theme));
  if (ownPath(bot.logo)) document.getElementById("icon").href = ownPath(bot.logo);
  document.title = bot.title || bot.name;
  document.getElementById("title").textContent = bot.title || bot.name;
  face(bot, document.getElementById("logo"));
}
