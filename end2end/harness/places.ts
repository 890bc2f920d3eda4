import { fileURLToPath } from "node:url";

const place = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The cookies of the administrator that the global setup makes. */
export const ADMINISTRATOR = place(".state/administrator.json");
/** Where the server of this run listens, for the processes that run the tests. */
export const SERVER_FILE = place(".state/server.json");
/** What the tests saw. */
export const SCREENSHOTS = place("screenshots");
/** The pictures of the README. */
export const IMAGES = place("../docs/images");
/** The site as `cargo xtask` builds it. */
export const SITE = place("../target/site");
/** The server as `cargo xtask` builds it. */
export const BINARY = place("../target/debug/orrery");
