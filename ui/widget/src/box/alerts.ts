/** How does a visitor who looks elsewhere learn that somebody has answered? Only if they wish to. */
import { unread, type State } from "../state";

export class Alerts {
  #sounds: AudioContext | undefined;
  #count: number;
  #isOn = false;
  /** The page's own title, while ours stands in its place. */
  #title: { readonly page: string; readonly ours: string } | undefined;

  constructor(state: State) {
    this.#count = unread(state);
  }

  draw(state: State): void {
    const count = unread(state);
    const looks = !document.hidden && state.open !== false;
    // Whoever turns it on hears what they will hear.
    const chosen = state.alerts && !this.#isOn && navigator.userActivation?.isActive;
    if (chosen || (state.alerts && count > this.#count && !looks)) this.#sound();
    this.#count = count;
    this.#isOn = state.alerts;
    this.#write(state.alerts && document.hidden ? count : 0);
  }

  remove(): void {
    this.#write(0);
    void this.#sounds?.close();
  }

  /** Two short notes. Where the browser wants the visitor's own act first, silence. */
  #sound(): void {
    const sounds = (this.#sounds ??= new AudioContext());
    void sounds.resume().catch(() => undefined);
    [660, 880].forEach((pitch, place) => {
      const at = sounds.currentTime + place * 0.12;
      const loudness = sounds.createGain();
      loudness.gain.setValueAtTime(0.08, at);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
      const note = sounds.createOscillator();
      note.frequency.value = pitch;
      note.connect(loudness).connect(sounds.destination);
      note.start(at);
      note.stop(at + 0.25);
    });
  }

  #write(count: number): void {
    // A title that the page has changed meanwhile is the page's again.
    if (document.title === this.#title?.ours) document.title = this.#title.page;
    this.#title = undefined;
    if (count === 0) return;
    const page = document.title;
    this.#title = { page, ours: `(${count}) ${page}` };
    document.title = this.#title.ours;
  }
}
