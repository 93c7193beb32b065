import { expect, test } from "vitest";

import { Refusal, Rest } from "../src/connection/rest";
import { Files } from "../src/desk/files";

const FORM = {
  attachment: "f1",
  url: "https://files.example/",
  fields: { key: "k", policy: "p" },
};
const PICTURE = new File(["abc"], "plan.png", { type: "image/png" });

/** Files whose server and store answer so. */
function files(answer: object, status = 201, stored = 204) {
  const asked: [string, string, unknown][] = [];
  const tokens = { accessToken: async () => "t", renew: async () => "t", end: () => undefined };
  const request: typeof fetch = async (address, init) => {
    asked.push([init?.method ?? "GET", new URL(String(address)).pathname, init?.body]);
    return new Response(JSON.stringify(answer), { status });
  };
  const store: typeof fetch = async (address, init) => {
    asked.push([init?.method ?? "GET", String(address), init?.body]);
    return new Response(null, { status: stored });
  };
  return { files: new Files(new Rest("https://example/v1", tokens, request), "bank", store), asked };
}

test("a file is announced, then posted with every field of the form, the file last", async () => {
  const { files: here, asked } = files(FORM);
  const attachment = await here.upload("c1", PICTURE);
  expect(attachment).toEqual({ id: "f1", name: "plan.png", type: "image/png", size: 3 });
  const [announced, posted] = asked;
  expect(announced![1]).toBe("/v1/sites/bank/conversations/c1/attachments");
  expect(JSON.parse(String(announced![2]))).toEqual({ name: "plan.png", type: "image/png", size: 3 });
  expect(posted!.slice(0, 2)).toEqual(["POST", FORM.url]);
  expect([...(posted![2] as FormData).keys()]).toEqual(["key", "policy", "file"]);
});

test("what is not taken, and what does not arrive, is a refusal with a sentence", async () => {
  const error = { error: { code: "unsupported_type", message: "type: expected one of image/png" } };
  await expect(files(error, 422).files.upload("c1", PICTURE)).rejects.toThrow(/expected one of/);
  await expect(files(FORM, 201, 403).files.upload("c1", PICTURE)).rejects.toBeInstanceOf(Refusal);
});

test("a file is read by a link that is asked for each time", async () => {
  const { files: here, asked } = files({ url: "https://files.example/f1" }, 200);
  expect(await here.link("c1", 3, "f1")).toBe("https://files.example/f1");
  expect(asked[0]![1]).toBe("/v1/sites/bank/conversations/c1/messages/3/attachments/f1");
});
