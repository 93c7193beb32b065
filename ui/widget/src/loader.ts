/**
 * How does the widget come to a page without ever being in its way?
 *
 * This file is the one that the page names. It takes calls at once, keeps them in order, and
 * fetches the rest when the page has loaded and the browser has nothing better to do. However often
 * it is pasted, it runs once.
 */
declare const ENGINE_FILE: string;

const LATEST = 4_000;

type Call = readonly unknown[];
type Global = ((...call: Call) => void) & { q?: Call[]; loaded?: true };
type Page = { vestibule?: Global };

const page = window as Page;
const script = document.currentScript as HTMLScriptElement | null;

if (!page.vestibule?.loaded && script?.src) load(script);

function load({ src, dataset }: HTMLScriptElement): void {
  // Calls made through the one-line stub, before this file had come.
  const waiting: Call[] = [...(page.vestibule?.q ?? [])].map((call) => [...call]);
  if (dataset["site"]) waiting.unshift(["boot", { site: dataset["site"], api: dataset["api"] }]);
  let perform = (...call: Call): void => void waiting.push(call);
  const global: Global = (...call) => perform(...call);
  global.loaded = true;
  page.vestibule = global;

  const begin = async (): Promise<void> => {
    try {
      const engine = (await import(/* @vite-ignore */ new URL(ENGINE_FILE, src).href)) as {
        start(): typeof perform;
      };
      // A slow machine has had enough to do with the engine alone.
      await new Promise<void>(whenIdle);
      perform = engine.start();
      for (const call of waiting) perform(...call);
    } catch (error) {
      if (!navigator.onLine) return addEventListener("online", begin, { once: true });
      console.warn("vestibule: the widget could not be loaded", error);
    }
  };
  whenShown(() => whenLoaded(() => whenIdle(begin)));
}

/** A page that is only prepared, and perhaps never looked at, is not a visit. */
function whenShown(then: () => void): void {
  const { prerendering } = document as { prerendering?: boolean };
  if (prerendering) document.addEventListener("prerenderingchange", then, { once: true });
  else then();
}

/** Whatever the page itself needs comes first; one that never ends loading is not waited for. */
function whenLoaded(then: () => void): void {
  if (document.readyState === "complete") return then();
  const late = setTimeout(loaded, LATEST);
  addEventListener("load", loaded);
  function loaded(): void {
    clearTimeout(late);
    removeEventListener("load", loaded);
    then();
  }
}

function whenIdle(then: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(then, { timeout: 1_000 });
  else setTimeout(then, 1);
}
