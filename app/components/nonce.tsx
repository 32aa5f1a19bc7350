import { createContext, useContext } from "react";

/** The document's script nonce while it is rendered on the server; browsers hide it, so it is empty there. */
const NonceContext = createContext("");
export const NonceProvider = NonceContext.Provider;
export const useNonce = () => useContext(NonceContext);
