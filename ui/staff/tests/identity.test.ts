import { describe, expect, test } from "vitest";

import { Cognito, IdentityError, type Tokens } from "../src/identity/cognito";
import { Session, type IdentityService } from "../src/identity/session";
import { FakeKeeper, settled } from "./fakes";

const NOW = 1_000_000;

function pool(...answers: { status: number; body: unknown }[]) {
  const asked: { target: string; body: Record<string, unknown> }[] = [];
  const post: typeof fetch = async (_address, init) => {
    const headers = new Headers(init?.headers);
    asked.push({
      target: headers.get("X-Amz-Target") ?? "",
      body: JSON.parse(String(init?.body)) as Record<string, unknown>,
    });
    const answer = answers.shift();
    if (answer === undefined) throw new TypeError("network");
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
  const endpoint = { endpoint: "https://pool.example/", client: "client-1" };
  return { asked, cognito: new Cognito(endpoint, () => NOW, post) };
}

const refusal = (type: string, message = "") => ({ status: 400, body: { __type: type, message } });
const result = {
  status: 200,
  body: { AuthenticationResult: { AccessToken: "a", RefreshToken: "r", ExpiresIn: 600 } },
};

describe("the user pool", () => {
  test("is asked with e-mail and password, and gives tokens with their end", async () => {
    const { asked, cognito } = pool(result);
    expect(await cognito.signIn("ada@bank.example", "secret")).toEqual({
      kind: "signed_in",
      tokens: { access: "a", refresh: "r", expiresAt: NOW + 600_000 },
    });
    expect(asked[0]?.target).toBe("AWSCognitoIdentityProviderService.InitiateAuth");
    expect(asked[0]?.body).toMatchObject({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "client-1",
      AuthParameters: { USERNAME: "ada@bank.example", PASSWORD: "secret" },
    });
  });

  test("may want a new password first", async () => {
    const { asked, cognito } = pool(
      {
        status: 200,
        body: {
          ChallengeName: "NEW_PASSWORD_REQUIRED",
          Session: "s",
          ChallengeParameters: { USER_ID_FOR_SRP: "ada" },
        },
      },
      result,
    );
    const answer = await cognito.signIn("ada@bank.example", "invited");
    if (answer.kind !== "new_password") return expect.fail("no challenge");
    await cognito.chooseNewPassword(answer.challenge, "a better one");
    expect(asked[1]?.body).toMatchObject({
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: "s",
      ChallengeResponses: { USERNAME: "ada", NEW_PASSWORD: "a better one" },
    });
  });

  test("keeps the refresh token when the pool sends no new one", async () => {
    const { cognito } = pool({ status: 200, body: { AuthenticationResult: { AccessToken: "b" } } });
    const tokens = await cognito.refresh({ access: "a", refresh: "r", expiresAt: 0 });
    expect(tokens).toEqual({ access: "b", refresh: "r", expiresAt: NOW + 3_600_000 });
  });

  test.each([
    [refusal("NotAuthorizedException", "Incorrect username or password."), /not right/],
    [refusal("com.amazon#UserNotFoundException"), /not right/],
    [refusal("NotAuthorizedException", "User is disabled."), /deactivated/],
    [refusal("NotAuthorizedException", "Password attempts exceeded"), /Too many tries/],
    [refusal("NotAuthorizedException", "Invalid session for the user."), /Sign in again/],
    [refusal("TooManyRequestsException"), /Too many tries/],
    [
      refusal("InvalidPasswordException", "Password did not conform with policy: Password not long enough"),
      /^Password not long enough$/,
    ],
    [{ status: 500, body: "not an object" }, /did not work/],
  ])("words the refusal %j for a person", async (answer, words) => {
    await expect(pool(answer).cognito.signIn("a", "b")).rejects.toThrow(words);
  });

  test("says that it cannot be reached", async () => {
    await expect(pool().cognito.signIn("a", "b")).rejects.toThrow(/cannot be reached/);
  });
});

class FakeIdentity implements IdentityService {
  refreshed = 0;
  revoked = 0;
  failure: IdentityError | null = null;

  async signIn() {
    return { kind: "signed_in" as const, tokens: tokens("first", 3_600_000) };
  }

  chooseNewPassword() {
    return this.signIn();
  }

  async refresh(): Promise<Tokens> {
    this.refreshed += 1;
    if (this.failure !== null) throw this.failure;
    return tokens(`renewed ${this.refreshed}`, 3_600_000);
  }

  async revoke() {
    this.revoked += 1;
  }
}

const tokens = (access: string, left: number): Tokens => ({
  access,
  refresh: "r",
  expiresAt: NOW + left,
});

describe("a session", () => {
  const signedIn = async (left = 3_600_000) => {
    const identity = new FakeIdentity();
    const keeper = new FakeKeeper();
    keeper.setItem("vestibule.session", JSON.stringify(tokens("kept", left)));
    return { identity, keeper, session: new Session(identity, keeper, () => NOW) };
  };

  test("is found again after a reload", async () => {
    const { session } = await signedIn();
    expect(await session.accessToken()).toBe("kept");
  });

  test("renews a token that is about to end, once for all who ask", async () => {
    const { identity, session } = await signedIn(59_000);
    const both = await Promise.all([session.accessToken(), session.accessToken()]);
    expect(both).toEqual(["renewed 1", "renewed 1"]);
    expect(identity.refreshed).toBe(1);
    expect(await session.accessToken()).toBe("renewed 1");
  });

  test("ends when the pool refuses to renew, and says so", async () => {
    const { identity, keeper, session } = await signedIn(0);
    identity.failure = new IdentityError("NotAuthorizedException", "no");
    await expect(session.accessToken()).rejects.toThrow();
    expect(session.state()).toEqual({
      kind: "signed_out",
      reason: "Your session has ended. Sign in again.",
    });
    expect(keeper.items.size).toBe(0);
  });

  test("goes on when the pool is only out of reach", async () => {
    const { identity, session } = await signedIn(0);
    identity.failure = new IdentityError("NetworkError", "unreachable");
    await expect(session.accessToken()).rejects.toThrow("unreachable");
    expect(session.state().kind).toBe("signed_in");
  });

  test("forgets everything when the person signs out, and has the token revoked", async () => {
    const { identity, keeper, session } = await signedIn();
    await session.signOut();
    expect(session.state()).toEqual({ kind: "signed_out", reason: null });
    expect([identity.revoked, keeper.items.size]).toEqual([1, 0]);
  });

  test("a renewal that ends after signing out does not sign in again", async () => {
    const { session } = await signedIn(0);
    const renewal = session.accessToken();
    session.end();
    await renewal.catch(() => undefined);
    await settled();
    expect(session.state().kind).toBe("signed_out");
  });

  test.each(["{", "null", "{}", "[]"])("starts signed out where %j was kept", (kept) => {
    const keeper = new FakeKeeper();
    keeper.setItem("vestibule.session", kept);
    expect(new Session(new FakeIdentity(), keeper, () => NOW).state().kind).toBe("signed_out");
  });
});
