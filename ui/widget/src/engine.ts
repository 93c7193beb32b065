/** What can a page ask of the widget? The commands of the global function, in one table. */
import { Listeners } from "./listeners";
import type { Commands } from "./vestibule";
import { Widget } from "./widget";

type Table = {
  readonly [Name in keyof Commands]: (
    running: Widget | undefined,
    ...rest: Parameters<Commands[Name]>
  ) => void;
};

/** Take over from the loader; returns what performs one call. */
export function start(): (command: unknown, ...rest: unknown[]) => void {
  const listeners = new Listeners();
  let widget: Widget | undefined;

  const commands: Table = {
    boot: (running, options) => {
      if (running) return;
      if (!options?.site || !options.api) throw new TypeError("boot needs { site, api }");
      widget = new Widget(options, listeners);
    },
    update: (running, options) => running?.update(options),
    open: (running) => running?.open(),
    close: (running) => running?.close(),
    track: (running, event) => running?.track(String(event)),
    identify: (running, token) => running?.identify(String(token)),
    // Whatever it lacks, the server names.
    transaction: (running, sale) => running?.transaction({ ...sale }),
    consent: (running, mode) => running?.consent(mode),
    navigate: (running) => running?.navigate(),
    on: (_, event, listener) => listeners.on(event, listener),
    off: (_, event, listener) => listeners.off(event, listener),
    shutdown: (running) => {
      running?.shutdown();
      widget = undefined;
    },
  };

  return (command, ...rest) => {
    const name = String(command);
    // A mistake of the page's script is reported, never thrown into it.
    try {
      if (!Object.hasOwn(commands, name)) throw new TypeError(`there is no command "${name}"`);
      (commands[name as keyof Commands] as (...call: unknown[]) => void)(widget, ...rest);
    } catch (error) {
      console.warn(`vestibule: ${(error as Error).message}`);
    }
  };
}
