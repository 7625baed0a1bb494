/**
 * Preferences saved in the browser: the theme, and whether notifications play a sound, which is off by default.
 * @module preferences
 */

/** @param {string} key @param {string} otherwise */
function recall(key, otherwise) {
  try {
    return localStorage.getItem(key) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} key @param {string} value */
function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
}

let theme = recall("sandbox-theme", "auto");
let sound = recall("sandbox-sound", "off") === "on";

/** Whether the page is dark, by the viewer's choice or the system's. */
export function isDark() {
  return theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}

export function applyTheme() {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function toggleTheme() {
  theme = isDark() ? "light" : "dark";
  keep("sandbox-theme", theme);
  applyTheme();
}

export function soundIsOn() {
  return sound;
}

export function toggleSound() {
  sound = !sound;
  keep("sandbox-sound", sound ? "on" : "off");
  if (sound) ring();
}

/** Play a short soft tone if sound is on. */
export function ring() {
  if (!sound) return;
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 528;
  volume.gain.setValueAtTime(0.0001, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.08, audio.currentTime + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.45);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.5);
  tone.addEventListener("ended", () => void audio.close());
}
