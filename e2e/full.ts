// The data of a school that has worked with the gateway for years: registrations in every state of health, names of every length.
interface Registration {
  id: string;
  name: string;
  issuer: string;
}

interface List<Item> {
  value: Item[];
}

const SINCE = "2026-11-23T08:00:00Z";
const GOOD = { state: "good", since: SINCE, detail: null };
const UNREACHABLE = { state: "bad", since: SINCE, detail: "The keyset URL can’t be reached: the connection was refused." };

export const LONG_NAME = "Fakultät für Ingenieurwissenschaften und Wirtschaftsinformatik – Weiterbildung (Wintersemester)";

/** Puts registrations in every state in the place of the list, made from its first. */
export function fullList(list: List<Registration>): List<Registration> {
  const first = list.value[0]!;
  const states: [name: string, platform: string, change: object][] = [
    ["Main campus", "canvas", { health: GOOD, lastLaunchAt: SINCE }],
    [LONG_NAME, "moodle", { health: UNREACHABLE, issuer: "https://lernplattform.ingenieurwissenschaften.hochschule.contoso.example" }],
    ["School of Medicine", "blackboard", { health: GOOD, waitingDeployments: 2, lastLaunchAt: SINCE }],
    ["Donaudampfschifffahrtsgesellschaftskapitänsausbildungszentrum", "sakai", { health: { state: "unknown", since: null, detail: null }, lastLaunchAt: null }],
    ["Library", "brightspace", { health: GOOD, appWithdrawn: true }],
  ];
  const id = (place: number) => first.id.slice(0, -1) + place;
  return { value: states.map(([name, platform, change], place) => ({ ...first, waitingDeployments: 0, ...change, name, platform, id: id(place) })) };
}

interface Entry {
  name?: string;
  registration?: { name: string };
  subject?: { registration?: { name: string } };
}

/** A page of what is its first, 50 times, every other one with a long name. */
export function fullPage(list: List<Entry>, count = 50): object {
  const named = (entry: Entry): Entry => {
    const copy = structuredClone(entry);
    for (const holder of [copy, copy.registration, copy.subject?.registration]) if (holder?.name) holder.name = LONG_NAME;
    return copy;
  };
  const first = list.value[0]!;
  const value = Array.from({ length: count }, (_, place) => (place % 2 === 0 ? named(first) : first));
  return { value, nextLink: "https://gateway.example/api/v1/registrations?cursor=2" };
}

/** A registration whose keyset is away. */
export function inTrouble(registration: Registration): Registration {
  return { ...registration, name: LONG_NAME, health: UNREACHABLE, waitingDeployments: 1 } as Registration;
}

/** Deployments to decide on, and one that was turned away, beside those that are accepted. */
export function withWaiting(list: List<object>): List<object> {
  const seen = (deploymentId: string, state: string) => ({ deploymentId, state, firstSeenAt: SINCE });
  return { value: [...list.value, seen("17:1f0c22d5b9a94d0f8c8a9d6f5b7e4a21c3d2e1f0", "waiting"), seen("4", "rejected")] };
}

const FINDINGS = {
  error: ["The keyset URL answered with HTTP status 404.", "Compare the keyset URL with what the LMS shows, and check that it may be opened without signing in."],
  warning: ["The issuer ends in a slash.", "Most LMSs' issuers have none, and it must match exactly: compare it with what the LMS shows."],
  info: ["The keyset was fetched and has 1 key that can be used.", "Nothing needs to be done."],
} as const;

/** The answer of a check that found something of each of these kinds. */
export function checked(...severities: (keyof typeof FINDINGS)[]): { json: { findings: object[]; passed: boolean } } {
  const findings = severities.map((severity) => ({ code: severity, severity, seen: FINDINGS[severity][0], remedy: FINDINGS[severity][1], field: null }));
  return { json: { findings, passed: !severities.includes("error") } };
}

/** Changes something of what is answered. */
export function set(change: object): (answer: object) => object {
  return (answer) => ({ ...answer, ...change });
}
