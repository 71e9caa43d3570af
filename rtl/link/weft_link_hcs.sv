// SPDX-License-Identifier: Apache-2.0

/// Head check sequence (OFL-2.2) over the 48 bits below it. Zero with `en_i` low.
module weft_link_hcs (
  input  logic        en_i,
  input  logic [47:0] head_i,
  output logic [15:0] hcs_o
);
  `include "weft_link_hcs_matrix.svh"

  localparam logic [16*48-1:0] HcsMask = {
    MaskHcs15, MaskHcs14, MaskHcs13, MaskHcs12, MaskHcs11, MaskHcs10, MaskHcs9, MaskHcs8,
    MaskHcs7, MaskHcs6, MaskHcs5, MaskHcs4, MaskHcs3, MaskHcs2, MaskHcs1, MaskHcs0};

  always_comb begin
    hcs_o = '0;
    if (en_i) begin
      for (int unsigned i = 0; i < 16; i++) begin
        hcs_o[i] = ^(head_i & HcsMask[48*i+:48]);
      end
      hcs_o = hcs_o ^ weft_link_pkg::HcsXorOut;
    end
  end
endmodule
