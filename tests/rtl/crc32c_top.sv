// SPDX-License-Identifier: Apache-2.0

/// Both CRC blocks side by side, for the proof that their two bodies are equal.
module crc32c_top (
  input  logic [511:0] data_i,
  input  logic [31:0]  state_i,
  output logic [31:0]  beat_o,
  output logic [31:0]  advance_o,
  output logic [31:0]  inverse_o,
  output logic [31:0]  next_o
);
  weft_link_crc32c u_beat (
    .en_i  (1'b1),
    .data_i,
    .crc_o (beat_o)
  );
  weft_link_crc32c_advance u_advance (
    .adv_i(state_i),
    .adv_o(advance_o),
    .inv_i(state_i),
    .inv_o(inverse_o)
  );
  assign next_o = advance_o ^ beat_o;
endmodule
