// SPDX-License-Identifier: Apache-2.0

/// CRC-32C state algebra: `adv_o` is the state after one more beat of zeros, `inv_o` the state four
/// zero bytes ago.
///
/// Bodies and proof as in weft_link_crc32c.
module weft_link_crc32c_advance (
  input  logic [31:0] adv_i,
  output logic [31:0] adv_o,
  input  logic [31:0] inv_i,
  output logic [31:0] inv_o
);
`ifdef VERILATOR
`ifndef WEFT_CRC_MATRIX
`define WEFT_CRC_TABLES
`endif
`endif
`ifdef WEFT_CRC_TABLES
  `include "weft_link_crc32c_tables.svh"

  assign adv_o = Adv64[{2'd0, adv_i[7:0]}] ^ Adv64[{2'd1, adv_i[15:8]}] ^
                 Adv64[{2'd2, adv_i[23:16]}] ^ Adv64[{2'd3, adv_i[31:24]}];
  assign inv_o = Inv4[{2'd0, inv_i[7:0]}] ^ Inv4[{2'd1, inv_i[15:8]}] ^
                 Inv4[{2'd2, inv_i[23:16]}] ^ Inv4[{2'd3, inv_i[31:24]}];
`else
  `include "weft_link_crc32c_matrix.svh"

  localparam logic [32*32-1:0] MaskA = {
    MaskA31, MaskA30, MaskA29, MaskA28, MaskA27, MaskA26, MaskA25, MaskA24, MaskA23, MaskA22,
    MaskA21, MaskA20, MaskA19, MaskA18, MaskA17, MaskA16, MaskA15, MaskA14, MaskA13, MaskA12,
    MaskA11, MaskA10, MaskA9, MaskA8, MaskA7, MaskA6, MaskA5, MaskA4, MaskA3, MaskA2, MaskA1,
    MaskA0};
  localparam logic [32*32-1:0] MaskInv = {
    MaskInv31, MaskInv30, MaskInv29, MaskInv28, MaskInv27, MaskInv26, MaskInv25, MaskInv24,
    MaskInv23, MaskInv22, MaskInv21, MaskInv20, MaskInv19, MaskInv18, MaskInv17, MaskInv16,
    MaskInv15, MaskInv14, MaskInv13, MaskInv12, MaskInv11, MaskInv10, MaskInv9, MaskInv8,
    MaskInv7, MaskInv6, MaskInv5, MaskInv4, MaskInv3, MaskInv2, MaskInv1, MaskInv0};

  for (genvar i = 0; i < 32; i++) begin : gen_bit
    assign adv_o[i] = ^(adv_i & MaskA[32*i+:32]);
    assign inv_o[i] = ^(inv_i & MaskInv[32*i+:32]);
  end
`endif
endmodule
