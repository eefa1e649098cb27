// SPDX-License-Identifier: Apache-2.0

// Commands at a time or by the calendar.

const DAY_NAMES: Readonly<Record<string, string>> = {
  MON: 'Monday',
  TUE: 'Tuesday',
  WED: 'Wednesday',
  THU: 'Thursday',
  FRI: 'Friday',
  SAT: 'Saturday',
  SUN: 'Sunday',
};

export const schedules = {
  title: 'Schedules',
  hint: 'Commands at a time, or by the calendar.',
  none: 'Nothing is scheduled yet',
  noneHint: 'A lamp that goes out at night, a pump that runs on Mondays: a command that is given when it is time.',
  noneOfDevice: 'Nothing is scheduled for this device.',
  add: 'New schedule',
  on: 'on',
  paused: 'paused',
  past: 'was once',
  pause: 'Pause',
  resume: 'Go on',
  change: 'Change',
  remove: 'Delete',
  sure: 'Delete this schedule? What it came to stays for its time.',
  save: 'Save schedule',
  name: 'Name of the schedule',
  nameHint: 'Letters, digits, _ . and -',
  taken: 'There is a schedule of this name already. Choose another name.',
  changed: 'Somebody else has changed this schedule meanwhile. Look at it as it is now, then change it.',
  description: 'What it is for',
  zone: 'Time zone',
  at: 'At',
  repeat: 'How often',
  repeats: { weekly: 'on days of the week', monthly: 'on a day of the month', own: 'as written in cron' },
  time: 'Time of day',
  days: 'Days of the week',
  dayNames: { MON: 'Mon', TUE: 'Tue', WED: 'Wed', THU: 'Thu', FRI: 'Fri', SAT: 'Sat', SUN: 'Sun' },
  day: 'Day of the month',
  lastDay: 'the last',
  cron: 'cron',
  cronHint: 'Minutes, hours, day of the month, month, day of the week, year; ? in one of the days. 30 6 ? * MON-FRI * is 6:30 from Monday to Friday.',
  weekly: (days: readonly string[], time: string) =>
    days.length === 7
      ? `every day at ${time}`
      : days.join() === 'MON,TUE,WED,THU,FRI'
        ? `from Monday to Friday at ${time}`
        : `${days.map((day) => DAY_NAMES[day]).join(', ')} at ${time}`,
  monthly: (day: string, time: string) =>
    day === 'L' ? `on the last day of each month at ${time}` : `on day ${day} of each month at ${time}`,
  own: (cron: string) => `cron ${cron}`,
  once: (at: string) => `once, ${at}`,
  in: (zone: string) => `${zone} time`,
  next: (times: readonly string[]) => `Next: ${times.join(' · ')}`,
  runs: 'What it came to',
  noRuns: 'It was not due yet.',
};
