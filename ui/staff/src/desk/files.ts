/** How does a file of the agent come to where files lie, and how is one read? */

import { Refusal, type Rest } from "../connection/rest";
import { objectOf, textIn, type Attachment } from "../protocol";

export const MOST_FILES = 5;

export class Files {
  constructor(
    private readonly rest: Rest,
    private readonly site: string,
    private readonly request: typeof fetch = (...request) => fetch(...request),
  ) {}

  /** Announce a file, then post it with the form that comes back; `Refusal` says why not. */
  async upload(conversation: string, file: File): Promise<Attachment> {
    const { type, size } = file;
    const name = file.name.slice(-120);
    const form = await this.rest.post(this.path(conversation, "attachments"), { name, type, size });
    const body = new FormData();
    for (const [field, value] of Object.entries(objectOf(form["fields"]) ?? {})) {
      body.append(field, String(value));
    }
    body.append("file", file);
    const answer = await this.request(textIn(form, "url") ?? "", { method: "POST", body }).catch(
      () => null,
    );
    if (!answer?.ok) throw new Refusal(answer?.status ?? 0, "not_uploaded", "It did not arrive.");
    return { id: textIn(form, "attachment") ?? "", name, type, size };
  }

  /** Where a file is read, for ten minutes. */
  async link(conversation: string, number: number, attachment: string): Promise<string> {
    const path = this.path(conversation, `messages/${number}/attachments/${attachment}`);
    return textIn(await this.rest.get(path), "url") ?? "";
  }

  private path(conversation: string, rest: string): string {
    return `/sites/${encodeURIComponent(this.site)}/conversations/${conversation}/${rest}`;
  }
}
