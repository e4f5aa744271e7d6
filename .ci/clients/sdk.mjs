// Runs one version of the vendor's JavaScript SDK, unmodified, against a
// simulator: node sdk.mjs PACKAGE BASE PICTURE. Prints one line a check and
// exits with 1 when one fails.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [pkg, base, picture] = process.argv.slice(2);
// Packages are looked up where this is started, not beside this file.
const { Client } = createRequire(pathToFileURL(process.cwd() + '/'))(pkg);
const client = new Client('practice-' + pkg, { baseUrl: base, retryInterval: 0.1 });
const fast = { pollInterval: 0.1, timeout: 60 };
let failed = 0;

async function check(what, f) {
  try {
    await f();
    console.log(`ok   ${pkg}: ${what}`);
  } catch (err) {
    failed++;
    console.log(`FAIL ${pkg}: ${what}: ${err?.message ?? err}`);
  }
}

function must(good, why) {
  if (!good) throw new Error(why);
}

async function isClip(link) {
  const res = await fetch(link);
  const head = Buffer.from(await res.arrayBuffer()).subarray(4, 8).toString('latin1');
  must(res.ok && head === 'ftyp', `status ${res.status}, the file starts with ${head}`);
}

async function refused(promise, words) {
  const message = await promise.then(
    () => 'no error',
    (err) => String(err?.message ?? err),
  );
  must(message.includes(words), `got: ${message}`);
}

let link;
await check('uploads a picture', async () => {
  link = await client.upload(picture);
  must((await fetch(link)).ok, `${link} is not there`);
});
await check('makes a clip from text, and it can be downloaded', async () => {
  const out = await client.run('bytedance/seedance-v1-lite-t2v-480p', { prompt: 'a lake', duration: 2 }, fast);
  await isClip(out.outputs[0]);
});
await check('makes a clip from the uploaded picture', async () => {
  const out = await client.run('bytedance/seedance-v1-lite-i2v-480p', { prompt: 'waves', image: link, duration: 2 }, fast);
  await isClip(out.outputs[0]);
});
await check('makes a clip from references', async () => {
  const out = await client.run(
    'bytedance/seedance-v1-lite/reference-to-video',
    { prompt: 'waves', reference_images: [link], duration: 2 },
    fast,
  );
  await isClip(out.outputs[0]);
});
await check('waits in sync mode', async () => {
  const out = await client.run(
    'wavespeed-ai/prompt-optimizer',
    { text: 'a lake', mode: 'video' },
    { ...fast, enableSyncMode: true },
  );
  must(out.outputs[0].startsWith('A lake.'), `got: ${out.outputs[0]}`);
});
await check('is told of moderation', () =>
  refused(
    client.run('bytedance/seedance-v1-lite-t2v-480p', { prompt: 'simulate moderation', duration: 2 }, fast),
    'potentially sensitive',
  ));
await check('is told what is missing', () =>
  refused(client.run('bytedance/seedance-v1-lite-t2v-480p', { duration: 2 }, fast), 'Missing required parameter: prompt'));
await check('is told of an empty account', async () => {
  const res = await fetch(base + '/_simulator/faults', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind: 'no_funds', match: { op: 'submit' } }),
  });
  must(res.ok, `scripting: status ${res.status}`);
  await refused(
    client.run('bytedance/seedance-v1-lite-t2v-480p', { prompt: 'a lake', duration: 2 }, fast),
    'Insufficient credits',
  );
});
process.exit(failed ? 1 : 0);
