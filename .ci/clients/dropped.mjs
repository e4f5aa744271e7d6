// Counts the POSTs of the vendors' JavaScript clients, unmodified, for one order
// whose connection is dropped once the request has arrived. Started where they
// are installed; prints one line a client. One that does not give up within its
// time counts with the POSTs until then.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const here = createRequire(pathToFileURL(process.cwd() + '/'));
const patience = 30_000;
const input = { prompt: 'a lake', duration: 2 };

// A server that reads every request and answers none.
async function counting(order) {
  let posts = 0;
  const server = createServer((req) => {
    req.on('data', () => {});
    req.on('end', () => {
      if (req.method === 'POST') posts++;
      req.socket.destroy();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  let timer;
  const late = new Promise((done) => (timer = setTimeout(done, patience)));
  await Promise.race([order(`http://127.0.0.1:${server.address().port}`).catch(() => {}), late]); // it must fail
  clearTimeout(timer);
  server.close();
  server.closeAllConnections();
  return posts;
}

function wavespeed(pkg) {
  return (base) => {
    const { Client } = here(pkg);
    return new Client('practice', { baseUrl: base, retryInterval: 0.1 }).run('bytedance/seedance-v1-lite-t2v-480p', input, { pollInterval: 0.1, timeout: 20 });
  };
}

// What they write of their tries is not asked for.
console.log = console.warn = console.error = () => {};

const orders = {
  'npm-wavespeed-0.3.2': wavespeed('wavespeed-0.3.2'),
  'npm-wavespeed-0.2.3': wavespeed('wavespeed-0.2.3'),
  'npm-replicate': async (base) => {
    const Replicate = here('replicate');
    return new Replicate({ auth: 'practice', baseUrl: base + '/v1', useFileOutput: false }).predictions.create({ model: 'bytedance/seedance-1-lite', input });
  },
  'npm-fal': async (base) => {
    const { createFalClient } = here('@fal-ai/client');
    const fal = createFalClient({
      credentials: 'id:secret',
      requestMiddleware: async (r) => {
        const u = new URL(r.url);
        return { ...r, url: base + u.pathname + u.search };
      },
    });
    return fal.queue.submit('fal-ai/bytedance/seedance/v1/lite/text-to-video', { input });
  },
};
for (const [name, order] of Object.entries(orders)) {
  process.stdout.write(`dropped: ${name} ${await counting(order)}\n`);
}
process.exit(0);
