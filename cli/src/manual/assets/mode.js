// Runs before the first paint, so that a chosen mode never flashes.
try {
  const chosen = localStorage.getItem("basilect:mode");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.mode = chosen;
} catch {
  // Storage may be forbidden; then the system's preference decides.
}
document.documentElement.classList.add("js");
