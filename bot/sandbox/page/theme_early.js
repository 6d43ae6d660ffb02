// A classic script in the head, so that a remembered theme is there before the first paint.
(() => {
  let remembered = null;
  try {
    remembered = localStorage.getItem("soundbooth-theme");
  } catch {
    // Storage may be switched off; the system's theme is used then.
  }
  if (remembered === "dark" || remembered === "light") {
    document.documentElement.dataset.theme = remembered;
  }
})();
