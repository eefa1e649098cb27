// SPDX-License-Identifier: Apache-2.0
// Figures and names as people read them.

/** Milliseconds with three figures, or in seconds and minutes. */
export function duration(ms) {
  if (ms === 0) return '0 ms';
  if (ms < 0.01) return '<0.01 ms';
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** In this machine's zone. */
export function time(date) {
  return TIME.format(new Date(date));
}

/** With the day where it is not today's. */
export function moment(date) {
  const then = new Date(date);
  const today = new Date().toDateString() === then.toDateString();
  return today ? TIME.format(then) : `${DAY.format(then)} ${TIME.format(then)}`;
}

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

/** What a Basic Ingest topic is to the rule's SQL: without `$aws/rules/<rule>/`. */
export function plainTopic(topic) {
  return topic.replace(/^\$aws\/rules\/[^/]+\//, '');
}

/** A topic or a call, in as few words as tell it from others. */
export function shortName(name) {
  return plainTopic(name).replace(/^\$aws\/things\/([^/]+)\/shadow\//, '$1 shadow/');
}

/** The end of an ARN, or of a queue's address: what people named. */
export function shortArn(arn) {
  if (/^https?:\/\/[^/]+\/\d{12}\/[^/]+$/.test(arn)) return arn.split('/').at(-1);
  const parts = /^arn:[^:]*:([^:]*):[^:]*:[^:]*:(.*)$/.exec(arn);
  if (parts === null) return arn;
  const [, service, resource] = parts;
  if (service === 'sts') {
    // arn:aws:sts::…:assumed-role/ROLE/SESSION
    return resource.split('/')[1] ?? resource;
  }
  return service === 'lambda' ? resource.replace(/^function:/, '') : resource.replace(/^[a-z-]+\//, '');
}

/** An ISO 8601 duration as `PT1H30M`, in words. */
export function ahead(period) {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(period ?? '');
  if (parts === null) return '';
  const hours = Number(parts[1] ?? 0) * 24 + Number(parts[2] ?? 0);
  const words = [
    hours >= 24 ? `${Math.floor(hours / 24)} d` : '',
    hours % 24 > 0 ? `${hours % 24} h` : '',
    parts[3] === undefined ? '' : `${parts[3]} min`,
    Number(parts[4] ?? 0) >= 1 ? `${Math.floor(Number(parts[4]))} s` : '',
  ];
  return words.filter((word) => word !== '').slice(0, 2).join(' ');
}
