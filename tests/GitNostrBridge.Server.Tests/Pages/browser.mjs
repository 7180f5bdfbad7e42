// Visits pages with Chromium and tells what it finds as JSON. Arguments: module folder, browser, folder for pictures, origin, phrase to look for, paths.
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, executablePath, pictures, origin, phrase, ...paths] = process.argv.slice(2);
const { chromium } = createRequire(path.join(modules, 'index.js'))('playwright-core');
const patience = 30_000;

const browser = await chromium.launch({
  executablePath,
  timeout: patience,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function open(options, address) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const complaints = [];
  page.on('console', message => ['error', 'warning'].includes(message.type()) && message.location().url !== address && complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('requestfailed', request => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  page.on('response', response => response.status() >= 400 && response.url() !== address && complaints.push(`${response.url()} ${response.status()}`));
  await page.goto(address, { waitUntil: 'load' });
  return { context, page, complaints };
}

// WCAG 2, 1.4.3: the contrast of every text with what lies behind it.
function faint() {
  const parse = color => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.getClientRects().length) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
  }
  return found;
}

// What sticks out to the right; what scrolls inside of its own box does not count.
function wide() {
  const width = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !e.parentElement.closest('pre, .table'))
    .map(e => `${e.tagName}.${e.className} to ${Math.round(e.getBoundingClientRect().right)} of ${width}`);
}

async function tree(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes.filter(node => !node.ignored).map(node => ({
    role: node.role?.value ?? '',
    name: node.name?.value ?? '',
    level: node.properties?.find(property => property.name === 'level')?.value?.value ?? 0,
  }));
}

async function keyboard(page) {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], input, button, [tabindex="0"]')];
    all.forEach((element, index) => { element.dataset.stop = index; });
    return all.length;
  });
  const stops = [];
  let invisible = 0;
  for (let press = 0; press <= wanted; press++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      const box = document.activeElement.getBoundingClientRect();
      return { stop: document.activeElement.dataset.stop, seen: parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none' && box.bottom > 0 && box.right > 0 };
    });
    if (at.stop === undefined) break;
    stops.push(Number(at.stop));
    if (!at.seen) invisible++;
  }
  return { wanted, reached: new Set(stops).size, inOrder: stops.every((stop, index) => index === 0 || stop >= stops[index - 1]), invisible };
}

async function skip(page) {
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('Enter');
  return { first, lands: await page.evaluate(() => document.activeElement.id) };
}

const visits = [];
for (const address of paths) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1200]) {
      const { context, page, complaints } = await open({ colorScheme, viewport: { width, height: 800 } }, origin + address);
      await page.screenshot({ path: path.join(pictures, `${paths.indexOf(address)}-${colorScheme}-${width}.png`), fullPage: true });
      visits.push({
        address, colorScheme, width, complaints,
        faint: await page.evaluate(faint),
        wide: await page.evaluate(wide),
        paper: await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
        tree: await tree(page),
        keyboard: await keyboard(page),
      });
      await context.close();
    }
  }
}

const { context, page, complaints } = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 800 } }, `${origin}/`);
const skipping = await skip(page);
await page.getByRole('searchbox').fill(phrase);
await page.keyboard.press('Enter');
await page.waitForURL(/[?]q=/);
const search = { url: page.url(), found: await page.getByRole('main').getByRole('heading', { level: 3 }).getByRole('link').allTextContents(), complaints };
await page.getByRole('main').getByRole('heading', { level: 3 }).getByRole('link').first().click();
await page.waitForURL(/[.]git$/);
search.opened = await page.getByRole('heading', { level: 1 }).textContent();
await context.close();
await browser.close();
process.stdout.write(JSON.stringify({ visits, skipping, search }));
