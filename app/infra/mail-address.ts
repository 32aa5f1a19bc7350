/** One address and nothing beside it: no name, no list, no comment. */
export const isSingleAddress = (value: string): boolean => value.length <= 254 && /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@"(),:;<>[\]\\]{1,253}$/u.test(value);
