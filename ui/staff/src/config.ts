/** Where is the platform that this page talks to? */

export interface Config {
  readonly rest: string;
  readonly site: string;
  readonly cognito: { readonly endpoint: string; readonly pool: string; readonly client: string };
}

/** Read `config.json` beside the page; throws a sentence for the reader when it is missing or incomplete. */
export async function loadConfig(address: URL): Promise<Config> {
  let document: unknown;
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    document = await answer.json();
  } catch {
    throw new Error("The file config.json beside this page cannot be read.");
  }
  return parseConfig(document);
}

/** The configuration in a document, or an error that names the missing field. */
export function parseConfig(document: unknown): Config {
  const cognito = member(document, "cognito");
  return {
    rest: word(document, "rest", "rest").replace(/\/+$/, ""),
    site: word(document, "site", "site"),
    cognito: {
      endpoint: word(cognito, "endpoint", "cognito.endpoint"),
      pool: word(cognito, "pool", "cognito.pool"),
      client: word(cognito, "client", "cognito.client"),
    },
  };
}

function word(document: unknown, name: string, path: string): string {
  const value = member(document, name);
  if (typeof value !== "string" || value === "") {
    throw new Error(`config.json has no "${path}".`);
  }
  return value;
}

function member(document: unknown, name: string): unknown {
  return typeof document === "object" && document !== null
    ? (document as Record<string, unknown>)[name]
    : undefined;
}
