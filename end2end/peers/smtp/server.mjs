// `smtp-server` on two ports of the loopback interface: one where STARTTLS comes first, one where TLS is there from the
// beginning. Both want a name and a password. Each mail becomes a file; nothing is sent on.
//
// Arguments: the ports, and the folder with `server.key` and `server.crt`, in which the mail goes to `mail`.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SMTPServer } from "smtp-server";

const [starting, wrapped, home] = process.argv.slice(2);
const mail = join(home, "mail");
mkdirSync(mail, { recursive: true });
let count = 0;

/** Refuses as mail servers do: for good with 550, for now with 451. */
function refusal(code, words) {
  return Object.assign(new Error(words), { responseCode: code });
}

const options = {
  key: readFileSync(join(home, "server.key")),
  cert: readFileSync(join(home, "server.crt")),
  disableReverseLookup: true,
  logger: false,
  onAuth({ username, password }, _, done) {
    const isKnown = username === "orrery" && password === "a password for mail";
    done(isKnown ? null : refusal(535, "Authentication credentials invalid"), isKnown ? { user: username } : undefined);
  },
  onRcptTo({ address }, _, done) {
    if (address.startsWith("nobody@")) return done(refusal(550, "no such user here"));
    if (address.startsWith("later@")) return done(refusal(451, "try again later"));
    done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const kept = {
        from: mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        encrypted: session.secure,
        text: Buffer.concat(chunks).toString("utf8"),
      };
      // Whole under its name, or not there.
      const name = join(mail, `${String((count += 1)).padStart(6, "0")}.json`);
      writeFileSync(`${name}.new`, JSON.stringify(kept));
      renameSync(`${name}.new`, name);
      done();
    });
  },
};

/** A client that breaks off, as one does that does not trust the certificate, ends nobody else's mail. */
function serve(secure, port, then) {
  const server = new SMTPServer({ ...options, secure });
  server.on("error", (error) => console.log(`a client: ${error.message}`));
  server.listen(Number(port), "127.0.0.1", then);
}

serve(false, starting, () => serve(true, wrapped, () => console.log("ready")));
