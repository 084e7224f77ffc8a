// What a client writes every day. It only has to compile: a description that loses a type fails here.
import createClient from "openapi-fetch";
import type { components, operations, paths } from "./build/pobratym";

type Partnership = components["schemas"]["PartnershipRead"];
type Problem = components["schemas"]["Problem"];
type Stage = components["schemas"]["Stage"];

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<T extends true>(): T | undefined {
  return undefined;
}

// Nullable values are values or null, and optional only where they may be redacted; money is text; enums keep their names.
type Redactable = "pathway" | "next_step" | "next_step_on" | "source" | "verification";
holds<Equal<Partnership["description"], string | null>>();
holds<Equal<Partnership["stage"], Stage>>();
holds<Equal<Partnership["pathway"], components["schemas"]["Pathway"] | null | undefined>>();
holds<Equal<Partnership["_redacted"], string[]>>();
holds<Equal<components["schemas"]["NeedRead"]["amount"], string | null>>();
holds<Equal<Required<Omit<Partnership, Redactable>>, Omit<Partnership, Redactable>>>();
holds<Equal<operations["move_partnership"]["parameters"]["header"]["If-Match"], string>>();

const stages: Partial<Record<Stage, string>> = { contact: "Contact", memorandum: "Memorandum" };

/** The rule for open enums: a value that is not known yet is shown as it is, and breaks nothing. */
function label(stage: Stage): string {
  return stages[stage] ?? `UNKNOWN (${stage})`;
}

function explained(problem: Problem): string {
  return [problem.detail, ...problem.errors.map((each) => `${each.pointer}: ${each.detail}`)].join("\n");
}

export async function walk(baseUrl: string, email: string, password: string): Promise<string[]> {
  const door = createClient<paths>({ baseUrl });
  const signedIn = await door.POST("/v1/sessions", { body: { email, password } });
  if (signedIn.error) throw new Error(explained(signedIn.error));
  if ("pending" in signedIn.data) throw new Error(`a second factor is due: ${signedIn.data.factors.join(", ")}`);

  const headers = { Authorization: `Bearer ${signedIn.data.access_token}`, "Accept-Language": "uk" };
  const api = createClient<paths>({ baseUrl, headers });
  const told: string[] = [];
  let cursor: string | null = null;
  do {
    const query: { stage: Stage[]; cursor?: string } = { stage: ["contact"] };
    if (cursor !== null) query.cursor = cursor;
    const page: { data?: components["schemas"]["PartnershipCardPage"]; error?: Problem } = await api.GET(
      "/v1/partnerships",
      { params: { query } },
    );
    if (!page.data) throw new Error(page.error && explained(page.error));
    told.push(...page.data.items.map((each) => `${each.number} ${label(each.stage)}`));
    cursor = page.data.next_cursor;
  } while (cursor !== null);
  return told;
}

export async function move(api: ReturnType<typeof createClient<paths>>, id: string, to: Stage): Promise<Partnership> {
  const seen = await api.GET("/v1/partnerships/{id}", { params: { path: { id } } });
  const version = seen.response.headers.get("ETag");
  if (!version) throw new Error(seen.error && explained(seen.error));

  const header = { "If-Match": version, "Idempotency-Key": crypto.randomUUID() };
  const moved = await api.POST("/v1/partnerships/{id}/stage", { params: { path: { id }, header }, body: { to } });
  if (moved.error) throw new Error(explained(moved.error));
  return moved.data;
}

/** Null clears, absence keeps. */
export async function forget(api: ReturnType<typeof createClient<paths>>, id: string, seen: string): Promise<void> {
  await api.PATCH("/v1/partnerships/{id}", {
    params: { path: { id }, header: { "If-Match": seen } },
    body: { next_step: null, next_step_on: null },
    headers: { "Content-Type": "application/merge-patch+json" },
  });
}
