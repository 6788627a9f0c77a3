import type { Transaction } from '../../platform/database/transaction';
import { type FindProvider, using } from '../../platform/features/provider-call';
import { User } from '../user.entity';
import { accountField, readOnlyAccountField } from './account-field';

class MottoDto {
  title!: string;
}

const written: string[] = [];

class Mottos {
  write({ title }: MottoDto): Promise<void> {
    written.push(title);
    return Promise.resolve();
  }
}

const find: FindProvider = (Provider) => new Provider();
const read = using(Mottos, () => Promise.resolve(new Map<string, MottoDto>()));
const write = using(Mottos, (mottos, _tx: Transaction, _user: User, changes: MottoDto) => mottos.write(changes));
const tx = {} as Transaction;

describe('a field of accounts', () => {
  it('is written as what it was validated as, and as nothing else', async () => {
    const change = accountField(MottoDto, MottoDto, { read, write }).write.bind(find);
    await change(tx, new User(), Object.assign(new MottoDto(), { title: 'Onward' }));
    await expect(change(tx, new User(), { title: 'Anything' })).rejects.toThrow('A field was not read as MottoDto');
    expect(written).toEqual(['Onward']);
  });

  it('that only shows is not written', async () => {
    const { accepted, write: change } = readOnlyAccountField(MottoDto, { read });
    await change.bind(find)(tx, new User(), { title: 'Anything' });
    expect([accepted, written]).toEqual([null, ['Onward']]);
  });
});
