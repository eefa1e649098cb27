// SPDX-License-Identifier: Apache-2.0
// A dialog in which a fault is planned; it says in words what it will do before it is done.
import { make, write } from './dom.js';
import { sentence } from './faults.js';

const SERVICES = ['dynamodb', 'iot', 'iotdataplane', 'kinesis', 'lambda', 's3', 'sns', 'sqs'];

export class FaultForm {
  #faults;
  #service = make('input', { required: true, list: 'fault-services', autocomplete: 'off', spellcheck: 'false', placeholder: 'dynamodb' });
  #operation = make('input', { autocomplete: 'off', spellcheck: 'false', placeholder: 'every operation' });
  #principal = make('input', { autocomplete: 'off', spellcheck: 'false', placeholder: 'whoever calls' });
  #when = choice({ each: 'Each call', nth: 'The nth call', probability: 'By chance' });
  #nth = make('input', { type: 'number', min: '1', max: '1000000', value: '3', required: true });
  #probability = make('input', { type: 'number', min: '0.1', max: '100', step: '0.1', value: '10', required: true });
  #what = choice({ error: 'Fails', delay: 'Is late', drop: 'Is never answered' });
  #error = make('input', { autocomplete: 'off', spellcheck: 'false', value: 'ThrottlingException', required: true });
  #delayMs = make('input', { type: 'number', min: '1', max: '300000', value: '500', required: true });
  #words = make('p.words', { role: 'status' });
  #trouble = make('p.trouble', { role: 'alert' });
  #dependent = [];
  #dialog;

  constructor(faults) {
    this.#faults = faults;
    const form = make('form', { onsubmit: (event) => void this.#submit(event), oninput: () => this.#render() },
      make('h2', { id: 'fault-title' }, 'Plan a fault'),
      make('datalist', { id: 'fault-services' }, SERVICES.map((value) => make('option', { value }))),
      make('div.fields', field('Service', this.#service), field('Operation', this.#operation), field('Principal', this.#principal, 'part of its ARN')),
      make('div.fields', field('When', this.#when), this.#only(this.#when, 'nth', field('Which', this.#nth)), this.#only(this.#when, 'probability', field('Of a hundred', this.#probability))),
      make('div.fields', field('What', this.#what), this.#only(this.#what, 'error', field('Error', this.#error)), this.#only(this.#what, 'delay', field('Milliseconds', this.#delayMs))),
      this.#words, this.#trouble,
      make('div.actions', make('button', { type: 'button', onclick: () => this.#dialog.close() }, 'Cancel'), make('button.primary', { type: 'submit' }, 'Plan it')));
    this.#dialog = make('dialog.talk', { 'aria-labelledby': 'fault-title' }, form);
    document.body.append(this.#dialog);
  }

  /** @param step whose call it is to be, where there is one */
  open(step = null) {
    if (step !== null) {
      const [service, operation] = step.name.split(':');
      this.#service.value = service;
      this.#operation.value = operation ?? '';
    }
    this.#trouble.textContent = '';
    this.#render();
    this.#dialog.showModal();
    this.#service.focus();
  }

  /** A field that is asked for only with one of the choices: else it is neither shown nor checked. */
  #only(select, value, element) {
    this.#dependent.push({ select, value, element, input: element.querySelector('input') });
    return element;
  }

  #render() {
    for (const { select, value, element, input } of this.#dependent) {
      element.hidden = select.value !== value;
      input.disabled = element.hidden;
    }
    write(this.#words, this.#service.value === '' ? 'Which service is to fail?' : `${capital(sentence(this.#fault()))}.`);
  }

  #fault() {
    return {
      service: this.#service.value.trim(),
      operation: this.#operation.value.trim() || null,
      principal: this.#principal.value.trim() || null,
      nth: this.#when.value === 'nth' ? this.#nth.valueAsNumber : null,
      probability: this.#when.value === 'probability' ? this.#probability.valueAsNumber / 100 : null,
      fault: this.#what.value,
      error: this.#what.value === 'error' ? this.#error.value.trim() : null,
      delayMs: this.#what.value === 'delay' ? this.#delayMs.valueAsNumber : null,
    };
  }

  async #submit(event) {
    event.preventDefault();
    this.#trouble.textContent = '';
    try {
      await this.#faults.plan(this.#fault());
      this.#dialog.close();
    } catch (error) {
      this.#trouble.textContent = error.message;
    }
  }
}

function field(label, input, hint) {
  return make('label.field', make('span', label), input, hint ? make('small', hint) : null);
}

function choice(options) {
  return make('select', Object.entries(options).map(([value, label]) => make('option', { value }, label)));
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
