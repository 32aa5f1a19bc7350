import { z } from "zod";
import { emailAddress } from "./staff";

export const signInSchema = z.object({
  email: emailAddress,
  password: z.string({ error: "Enter your password." }).min(1, "Enter your password.").max(200, "That password is too long."),
  next: z.string().max(500).optional(),
});
export type SignInInput = z.infer<typeof signInSchema>;

export const secondFactorSchema = z.object({
  code: z
    .string({ error: "Enter the six digits from your authenticator app, or a recovery code." })
    .min(6, "Enter the six digits from your authenticator app, or a recovery code.")
    .max(20, "A code is six digits, or a recovery code of ten letters and digits."),
  next: z.string().max(500).optional(),
});
export type SecondFactorInput = z.infer<typeof secondFactorSchema>;
