// SPDX-License-Identifier: Apache-2.0
// Every word that the app says, in this folder: a file for each page, which is fetched with it.
export * from './add';
export * from './alarms';
export * from './audit';
export * from './chart';
export * from './commands';
export * from './common';
export * from './deletions';
export * from './device';
export * from './fleet';
export * from './groups';
export * from './health';
export * from './jobs';
export * from './manage';
export * from './map';
export * from './people';
export * from './quarantine';
export * from './rules';
export * from './schedules';
export * from './states';
