// Clone, commit, push and fetch with isomorphic-git, the git of web pages. Arguments: module folder, URL, working folder, verb.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [modules, url, dir, verb] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'index.js'));
const git = require('isomorphic-git');
const http = require('isomorphic-git/http/node');
const author = { name: 'Test', email: 'test@example.invalid' };

const verbs = {
  clone: () => git.clone({ fs, http, dir, url }),
  commit: async () => {
    fs.writeFileSync(path.join(dir, 'from-the-web.txt'), 'hello\n');
    await git.add({ fs, dir, filepath: 'from-the-web.txt' });
    return git.commit({ fs, dir, message: 'From the web', author });
  },
  push: () => git.push({ fs, http, dir, remote: 'origin', ref: 'main', onMessage: text => process.stderr.write(text) }),
  fetch: () => git.fetch({ fs, http, dir, remote: 'origin', ref: 'main' }).then(result => result.fetchHead),
};

try {
  const result = await verbs[verb]();
  process.stdout.write(typeof result === 'string' ? result : JSON.stringify(result ?? null));
} catch (error) {
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message, data: error.data }));
  process.exitCode = 1;
}
