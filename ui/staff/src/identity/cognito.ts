/** How does a person prove who they are? Four calls to the Cognito user pool, by plain `fetch`. */

import { numberIn, objectOf, textIn, type Json } from "../protocol";

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The pool wants a new password before it lets this person in. */
export interface Challenge {
  readonly email: string;
  readonly username: string;
  readonly session: string;
}

export type SignInAnswer =
  | { readonly kind: "signed_in"; readonly tokens: Tokens }
  | { readonly kind: "new_password"; readonly challenge: Challenge };

/** A refusal by the pool; `message` is a sentence for the person, `code` the pool's own word. */
export class IdentityError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Pool {
  readonly endpoint: string;
  readonly client: string;
}

export class Cognito {
  constructor(
    private readonly pool: Pool,
    private readonly now: () => number,
    private readonly post: typeof fetch = (...request) => fetch(...request),
  ) {}

  async signIn(email: string, password: string): Promise<SignInAnswer> {
    const answer = await this.call("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: this.pool.client,
      AuthParameters: { USERNAME: email, PASSWORD: password },
    });
    return this.read(answer, email);
  }

  async chooseNewPassword(challenge: Challenge, password: string): Promise<SignInAnswer> {
    const answer = await this.call("RespondToAuthChallenge", {
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ClientId: this.pool.client,
      Session: challenge.session,
      ChallengeResponses: { USERNAME: challenge.username, NEW_PASSWORD: password },
    });
    return this.read(answer, challenge.email);
  }

  async refresh(tokens: Tokens): Promise<Tokens> {
    const answer = await this.call("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: this.pool.client,
      AuthParameters: { REFRESH_TOKEN: tokens.refresh },
    });
    return this.tokensIn(answer, tokens.refresh);
  }

  async revoke(tokens: Tokens): Promise<void> {
    await this.call("RevokeToken", { ClientId: this.pool.client, Token: tokens.refresh });
  }

  private read(answer: Json, email: string): SignInAnswer {
    const challenge = textIn(answer, "ChallengeName");
    if (challenge === null) return { kind: "signed_in", tokens: this.tokensIn(answer, "") };
    if (challenge !== "NEW_PASSWORD_REQUIRED") throw worded("UnknownChallenge", challenge);
    const parameters = objectOf(answer["ChallengeParameters"]);
    return {
      kind: "new_password",
      challenge: {
        email,
        username: textIn(parameters, "USER_ID_FOR_SRP") ?? email,
        session: textIn(answer, "Session") ?? "",
      },
    };
  }

  private tokensIn(answer: Json, previousRefresh: string): Tokens {
    const result = objectOf(answer["AuthenticationResult"]);
    const access = textIn(result, "AccessToken");
    if (access === null) throw worded("NoToken", "");
    const seconds = numberIn(result, "ExpiresIn") || 3_600;
    return {
      access,
      // The pool sends a refresh token only when it makes a new one.
      refresh: textIn(result, "RefreshToken") ?? previousRefresh,
      expiresAt: this.now() + seconds * 1_000,
    };
  }

  private async call(operation: string, body: Json): Promise<Json> {
    let answer: Response;
    try {
      answer = await this.post(this.pool.endpoint, {
        method: "POST",
        headers: {
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify(body),
      });
    } catch {
      throw worded("NetworkError", "");
    }
    const document = objectOf(await answer.json().catch(() => null)) ?? {};
    if (answer.ok) return document;
    const type = textIn(document, "__type") ?? answer.headers.get("x-amzn-errortype") ?? "";
    throw worded(
      type.split("#").pop()?.split(":")[0] || `Http${answer.status}`,
      textIn(document, "message") ?? textIn(document, "Message") ?? "",
    );
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  NotAuthorizedException: "The e-mail address or the password is not right.",
  UserNotFoundException: "The e-mail address or the password is not right.",
  PasswordResetRequiredException:
    "Your password was reset. Ask an administrator for a new invitation.",
  UserNotConfirmedException: "This account is not confirmed yet. Use the link in your invitation.",
  TooManyRequestsException: "Too many tries. Wait a minute, then try again.",
  LimitExceededException: "Too many tries. Wait a minute, then try again.",
  CodeMismatchException: "This took too long. Sign in again.",
  NetworkError: "The sign-in service cannot be reached. Check your connection and try again.",
};

function worded(code: string, detail: string): IdentityError {
  if (code === "NotAuthorizedException" && /disabled/i.test(detail)) {
    return new IdentityError("UserDisabled", "This account was deactivated.");
  }
  if (code === "NotAuthorizedException" && /attempts exceeded/i.test(detail)) {
    return new IdentityError(code, "Too many tries. Wait a few minutes, then try again.");
  }
  if (code === "NotAuthorizedException" && /session/i.test(detail)) {
    return new IdentityError(code, "This took too long. Sign in again.");
  }
  if (code === "InvalidPasswordException") {
    const why = detail.replace(/^Password did not conform with policy:\s*/i, "");
    return new IdentityError(code, why || "This password is too weak.");
  }
  return new IdentityError(code, SENTENCES[code] ?? "Signing in did not work. Try again.");
}
