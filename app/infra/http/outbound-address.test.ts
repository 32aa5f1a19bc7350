import { expect, test } from "vitest";
import { mayReach, urlRefusal } from "./outbound-address";

test.each([
  "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
  "::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "2001:db8::1", "2002:a00:1::", "not an address",
])("%s is not reached", (address) => {
  expect(mayReach(address, false)).toBe(false);
});

test.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])("%s is", (address) => {
  expect(mayReach(address, false)).toBe(true);
});

test.each([
  ["https://hooks.example.com/x", false, null],
  ["http://hooks.example.com/x", false, "scheme"],
  ["http://hooks.example.com/x", true, "scheme"],
  ["ftp://hooks.example.com/x", false, "scheme"],
  ["https://user:pw@hooks.example.com/", false, "credentials"],
  ["https://10.0.0.1/", false, "private_address"],
  ["https://2130706433/", false, "private_address"],
  ["https://0x7f.1/", false, "private_address"],
  ["https://[::1]/", false, "private_address"],
  ["https://[::ffff:10.0.0.1]/", true, "private_address"],
  ["https://localhost/", false, "private_address"],
  ["https://localhost./", false, "private_address"],
  ["https://hooks.LOCALHOST/", false, "private_address"],
  ["https://notlocalhost/", false, null],
  ["http://127.0.0.1:8080/", false, "scheme"],
  ["http://127.0.0.1:8080/", true, null],
  ["https://192.168.0.1/", true, "private_address"],
])("%s, loopback allowed %s: %s", (url, loopbackAllowed, refusal) => {
  expect(urlRefusal(new URL(url), loopbackAllowed)).toBe(refusal);
});
