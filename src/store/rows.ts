/** Pieces that the row schemas share. */
import { z } from 'zod';

/** The driver returns timestamptz as Date; the program keeps instants as epoch milliseconds. */
export const instantMs = z.date().transform((date) => date.getTime());
