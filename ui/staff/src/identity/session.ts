/** Who is signed in, and with which token? Kept for this tab only, renewed before it runs out. */

import { IdentityError, type Challenge, type SignInAnswer, type Tokens } from "./cognito";

/** What the session asks of the user pool. */
export interface IdentityService {
  signIn(email: string, password: string): Promise<SignInAnswer>;
  chooseNewPassword(challenge: Challenge, password: string): Promise<SignInAnswer>;
  refresh(tokens: Tokens): Promise<Tokens>;
  revoke(tokens: Tokens): Promise<void>;
}

export type Keeper = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export type SessionState =
  | { readonly kind: "signed_out"; readonly reason: string | null }
  | { readonly kind: "new_password"; readonly challenge: Challenge }
  | { readonly kind: "signed_in"; readonly tokens: Tokens };

const KEY = "vestibule.session";
const RENEW_BEFORE = 60_000;

export class Session {
  private current: SessionState;
  private renewing: Promise<string> | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly identity: IdentityService,
    private readonly keeper: Keeper,
    private readonly now: () => number,
  ) {
    const tokens = kept(keeper);
    this.current =
      tokens === null ? { kind: "signed_out", reason: null } : { kind: "signed_in", tokens };
  }

  readonly state = (): SessionState => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async signIn(email: string, password: string): Promise<void> {
    this.accept(await this.identity.signIn(email, password));
  }

  async chooseNewPassword(challenge: Challenge, password: string): Promise<void> {
    this.accept(await this.identity.chooseNewPassword(challenge, password));
  }

  /** A token good for at least a minute; ends the session when the pool no longer gives one. */
  async accessToken(): Promise<string> {
    if (this.current.kind !== "signed_in") throw new IdentityError("SignedOut", "You are signed out.");
    const { tokens } = this.current;
    return tokens.expiresAt - this.now() > RENEW_BEFORE ? tokens.access : this.renew();
  }

  /** Ask for a new token now, once, however many callers want it. */
  renew(): Promise<string> {
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  /** Forget everything; `reason` is shown on the sign-in page. */
  end(reason: string | null = null): void {
    this.keeper.removeItem(KEY);
    this.become({ kind: "signed_out", reason });
  }

  /** End at the person's own wish: the refresh token is revoked too. */
  async signOut(): Promise<void> {
    const before = this.current;
    this.end();
    // Already forgotten here; a pool that cannot be reached lets the token run out by itself.
    if (before.kind === "signed_in") await this.identity.revoke(before.tokens).catch(() => undefined);
  }

  private async renewOnce(): Promise<string> {
    const before = this.current;
    if (before.kind !== "signed_in") throw new IdentityError("SignedOut", "You are signed out.");
    try {
      const tokens = await this.identity.refresh(before.tokens);
      if (this.current === before) this.keep(tokens);
      return tokens.access;
    } catch (error) {
      // A refusal is final; a network that is down is not.
      if (error instanceof IdentityError && ENDING.has(error.code) && this.current === before) {
        this.end(
          error.code === "UserDisabled" ? error.message : "Your session has ended. Sign in again.",
        );
      }
      throw error;
    }
  }

  private accept(answer: SignInAnswer): void {
    if (answer.kind === "signed_in") this.keep(answer.tokens);
    else this.become(answer);
  }

  private keep(tokens: Tokens): void {
    this.keeper.setItem(KEY, JSON.stringify(tokens));
    this.become({ kind: "signed_in", tokens });
  }

  private become(state: SessionState): void {
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}

const ENDING = new Set(["NotAuthorizedException", "UserNotFoundException", "UserDisabled", "NoToken"]);

function kept(keeper: Keeper): Tokens | null {
  try {
    const tokens = JSON.parse(keeper.getItem(KEY) ?? "null") as Tokens | null;
    return tokens !== null && typeof tokens.access === "string" && typeof tokens.refresh === "string"
      ? tokens
      : null;
  } catch {
    return null;
  }
}
