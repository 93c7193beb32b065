/** What can a page ask of the widget? The commands of the global function, in one table. */
import { Listeners, type EventName, type Listener } from "./listeners";
import type { Consent } from "./protocol";
import { Widget, type BootOptions, type UpdateOptions } from "./widget";

type Command = (widget: Widget | undefined, ...rest: never[]) => void;

/** Take over from the loader; returns what performs one call. */
export function start(): (command: unknown, ...rest: unknown[]) => void {
  const listeners = new Listeners();
  let widget: Widget | undefined;

  const commands: Record<string, Command> = {
    boot: (running, options: BootOptions) => {
      if (running) return;
      if (!options?.site || !options.api) throw new TypeError("boot needs { site, api }");
      widget = new Widget(options, listeners);
    },
    update: (running, options: UpdateOptions) => running?.update(options),
    open: (running) => running?.open(),
    close: (running) => running?.close(),
    track: (running, name: string) => running?.track(String(name)),
    consent: (running, mode: Consent) => running?.consent(mode),
    navigate: (running) => running?.navigate(),
    on: (_, name: EventName, listener: Listener) => listeners.on(name, listener),
    off: (_, name: EventName, listener: Listener) => listeners.off(name, listener),
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
      commands[name]!(widget, ...(rest as never[]));
    } catch (error) {
      console.warn(`vestibule: ${(error as Error).message}`);
    }
  };
}
