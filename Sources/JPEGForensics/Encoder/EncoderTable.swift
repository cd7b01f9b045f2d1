// Written by scripts/make-encoder-table; do not edit.
// swift-format-ignore-file

enum EncoderTable {
  /// Signature → the encoders whose files had it.
  static let known: [String: [KnownEncoder]] = [
    "components=1:1x1q0,2:1x1q1,3:1x1q1; quantisation=bad36ebb0bd6f569; huffman=own; adobe=1; restarts=yes; order=DQT2 SOF0 DRI DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop CS2 Windows", "CASIA v1"),
      KnownEncoder(.program, "Adobe Photoshop CS3 Windows", "CASIA v1"),
    ],
    "components=1:1x1q0,2:1x1q1,3:1x1q1; quantisation=fdfe07fd098f09da; huffman=own; adobe=1; restarts=yes; order=DQT2 SOF0 DRI DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop CS2 Windows", "CASIA v1"),
    ],
    "components=1:1x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=own; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "Chromium 156, a page's canvas", "made here"),
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Canon_40D.jpg, exif-samples Canon_40D_photoshop_import.jpg, exif-samples Canon_DIGITAL_IXUS_400.jpg, exif-samples Kodak_CX7530.jpg, exif-samples Nikon_D70.jpg, exif-samples PaintTool_sample.jpg, exif-samples Pentax_K10D.jpg, exif-samples long_description.jpg"),
      KnownEncoder(.program, "ImageMagick 6.9.11-60, quality 92", "made here"),
    ],
    "components=1:1x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "Pillow 13.0.0 subsampling=0", "made here"),
      KnownEncoder(.program, "cjpeg (libjpeg-turbo 2.1.5) -sample 1x1", "made here"),
    ],
    "components=1:1x1q0; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1 SOF0 DHT1x2 SOS": [
      KnownEncoder(.program, "cjpeg (libjpeg-turbo 2.1.5) -grayscale", "made here"),
    ],
    "components=1:1x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=own; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Panasonic_DMC-FZ30.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=17da09b161e11f17; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Canon DIGITAL IXUS", "exif-samples canon-ixus.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=1a6fbb5fde2b68a5; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Canon PowerShot A10", "snavely/bundler_sfm"),
      KnownEncoder(.camera, "Canon PowerShot SX260 HS", "OpenDroneMap/odm_data_caliterra"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=2c4b216195e7ec7e; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=348cd95de6df998a; huffman=standard; adobe=none; restarts=no; order=DHT4 DQT2 SOF0 SOS": [
      KnownEncoder(.camera, "Canon EOS DIGITAL REBEL XSi", "OpenDroneMap/odm_data_copr"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=4f1b9ace99b26b90; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=803868d7a73f8beb; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=866c1f75c54ccf7; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Canon IXUS 125 HS", "OpenDroneMap-ja/odm_data_snowpeak"),
      KnownEncoder(.camera, "Canon PowerShot A3300 IS", "merkato/odm_boruszyn_kap"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=edf33f7266d9309a; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.camera, "Canon PowerShot A5", "exif-samples sony-powershota5.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=own; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Fujifilm_FinePix6900ZOOM.jpg, exif-samples Nikon_COOLPIX_P1.jpg, exif-samples Ricoh_Caplio_RR330.jpg, exif-samples Samsung_Digimax_i50_MP3.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "cjpeg (libjpeg-turbo 2.1.5) -sample 2x1", "made here"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT2 DHT4 SOF0 SOS": [
      KnownEncoder(.camera, "SONY CYBERSHOT", "exif-samples sony-cybershot.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=yes; order=DQT2 SOF0 DHT4 DRI SOS": [
      KnownEncoder(.camera, "DJI FC300S", "pierotofy/drone_dataset_brighton_beach"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=37c3e6ed66fa90ac; huffman=standard; adobe=none; restarts=no; order=DQT1x3 SOF0 DHT1x4 SOS": [
      KnownEncoder(.camera, "SANYO Electric Co.,Ltd. SX113", "exif-samples sanyo-vpcsx550.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=77fb8d642b42a3e7; huffman=standard; adobe=none; restarts=yes; order=DQT3 DHT4 DRI SOF0 SOS": [
      KnownEncoder(.camera, "FUJIFILM MX-1700ZOOM", "exif-samples fujifilm-mx1700.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=a30b87bbbae75793; huffman=standard; adobe=none; restarts=no; order=DQT1x3 SOF0 DHT1x4 SOS": [
      KnownEncoder(.camera, "FUJIFILM DX-10", "exif-samples fujifilm-dx10.jpg"),
    ],
    "components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=c66394260dce804e; huffman=standard; adobe=none; restarts=no; order=DQT3 DHT4 SOF0 SOS": [
      KnownEncoder(.camera, "SANYO Electric Co.,Ltd. SR6", "exif-samples sanyo-vpcg250.jpg"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=244cbce412d5e99d; huffman=standard; adobe=none; restarts=yes; order=DQT2 DRI SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Apple iPhone 7", "alicevision/dataset_monstree"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=46c4d5676be8adbf; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.camera, "Eastman Kodak Company DC210 Zoom (V05.00)", "exif-samples kodak-dc210.jpg"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=501d17a8ac5248fc; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.camera, "Apple iPhone 5s", "wichtounet/sudoku_dataset"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=66af25f06dc7810a; huffman=own; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop Elements 7.0", "exif-samples 30-type_error.jpg"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=754c6b82508cf73f; huffman=own; adobe=1; restarts=yes; order=DQT2 SOF0 DRI DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop CS2 Macintosh", "exif-samples BlueSquare.jpg"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=835c2b528b3e02ac; huffman=own; adobe=1; restarts=yes; order=DQT2 SOF0 DRI DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop CS2 Windows", "CASIA v1"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=8f783f147bd98bc0; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "EASTMAN KODAK COMPANY KODAK Z612 ZOOM DIGITAL CAMERA", "openMVG/ImageDataset_SceauxCastle"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=b14c4c54ef7c2a95; huffman=own; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "libvips 8.18.7 with MozJPEG, optimize_coding=True, trellis_quant=True, overshoot_deringing=True, quant_table=3", "made here"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=b14c4c54ef7c2a95; huffman=own; adobe=none; restarts=no; order=DQT1x2 SOF2 DHT1x2 SOS DHT1 SOS DHT1 SOS DHT1 SOS DHT1 SOS DHT1 SOS DHT1 SOS DHT1 SOS": [
      KnownEncoder(.program, "libvips 8.18.7 with MozJPEG, optimize_coding=True, trellis_quant=True, overshoot_deringing=True, interlace=True, optimize_scans=True, quant_table=3", "made here"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=fe07d4492ae508; huffman=standard; adobe=none; restarts=yes; order=DQT2 DRI SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Apple iPhone 6", "mzucker/page_dewarp"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=own; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "Chromium 156, a page's canvas", "made here"),
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Fujifilm_FinePix_E500.jpg, exif-samples Konica_Minolta_DiMAGE_Z3.jpg, exif-samples Olympus_C8080WZ.jpg"),
      KnownEncoder(.program, "GIMP 2.6.11", "exif-samples 33-type_error.jpg"),
      KnownEncoder(.program, "ImageMagick 6.9.11-60, quality 75", "made here"),
      KnownEncoder(.program, "ImageMagick 6.9.11-60, quality 85", "made here"),
      KnownEncoder(.program, "Pillow 13.0.0 optimize=True", "made here"),
      KnownEncoder(.program, "cjpeg (libjpeg-turbo 2.1.5) -optimize", "made here"),
      KnownEncoder(.program, "libvips 8.18.7 with MozJPEG, optimize_coding=True", "made here"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=own; adobe=none; restarts=no; order=DQT1x2 SOF2 DHT1x2 SOS DHT1 SOS DHT1 SOS DHT1 SOS DHT1 SOS DHT1 SOSx2 DHT1 SOS DHT1 SOS DHT1 SOS": [
      KnownEncoder(.program, "Pillow 13.0.0 progressive=True", "made here"),
      KnownEncoder(.program, "cjpeg (libjpeg-turbo 2.1.5) -progressive", "made here"),
      KnownEncoder(.program, "libvips 8.18.7 with MozJPEG, interlace=True", "made here"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x2 SOS": [
      KnownEncoder(.program, "Adobe Photoshop CC (Macintosh)", "exif-samples no_exif.jpg"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "OLYMPUS CAMEDIA Master", "exif-samples olympus-c960.jpg"),
      KnownEncoder(.program, "OpenCV 5.0.0", "made here"),
      KnownEncoder(.program, "Pillow 13.0.0", "made here"),
      KnownEncoder(.program, "Pillow 13.0.0 quality=95", "made here"),
      KnownEncoder(.program, "cjpeg (libjpeg-turbo 2.1.5)", "made here"),
      KnownEncoder(.program, "libvips 8.18.7 with MozJPEG", "made here"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "LGE Nexus 4", "wichtounet/sudoku_dataset"),
    ],
    "components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=yes; order=DQT1x2 SOF0 DHT1x4 DRI SOS": [
      KnownEncoder(.program, "cjpeg (libjpeg-turbo 2.1.5) -restart 1", "made here"),
    ],
  ]

  /// Signature → the encoders whose files embed a preview that has it.
  static let previews: [String: [KnownEncoder]] = [
    "preview=160x107; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=835c2b528b3e02ac; huffman=own; adobe=1; restarts=yes; order=DQT2 SOF0 DRI DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop CS2 Windows", "CASIA v1"),
      KnownEncoder(.program, "Adobe Photoshop CS3 Windows", "CASIA v1"),
    ],
    "preview=160x112; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=5b145aaba3fac917; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.camera, "Apple iPhone 5s", "wichtounet/sudoku_dataset"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=11cb1297fc8b2b3f; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=33f51615809bef84; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=4e3901eeb3e76898; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=52b8687177abea1c; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Canon DIGITAL IXUS", "exif-samples canon-ixus.jpg"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=5f818836a701fbdc; huffman=standard; adobe=none; restarts=no; order=DHT4 DQT2 SOF0 SOS": [
      KnownEncoder(.camera, "Canon EOS DIGITAL REBEL XSi", "OpenDroneMap/odm_data_copr"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=87a54152652d5211; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=96bc2ceca014b67c; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Canon IXUS 125 HS", "OpenDroneMap-ja/odm_data_snowpeak"),
      KnownEncoder(.camera, "Canon PowerShot A10", "snavely/bundler_sfm"),
      KnownEncoder(.camera, "Canon PowerShot A3300 IS", "merkato/odm_boruszyn_kap"),
      KnownEncoder(.camera, "Canon PowerShot SX260 HS", "OpenDroneMap/odm_data_caliterra"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=9b205bb11d3c8c26; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=9e6ad3057aaf919b; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "EASTMAN KODAK COMPANY KODAK Z612 ZOOM DIGITAL CAMERA", "openMVG/ImageDataset_SceauxCastle"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=b782f6c517763799; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=cfe0d0b84bcd3ad1; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=d302d12454415205; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=dd910ddd56dbc7d4; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=df8ac40a8ea77abb; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=ea6363982deaee2d; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT2 DHT4 SOF0 SOS": [
      KnownEncoder(.camera, "SONY CYBERSHOT", "exif-samples sony-cybershot.jpg"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "DJI FC300S", "pierotofy/drone_dataset_brighton_beach"),
      KnownEncoder(.camera, "NIKON CORPORATION NIKON D3200", "pierotofy/dataset_banana"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=1484e9584b2ad366; huffman=standard; adobe=none; restarts=no; order=DQT3 DHT4 SOF0 SOS": [
      KnownEncoder(.camera, "FUJIFILM MX-1700ZOOM", "exif-samples fujifilm-mx1700.jpg"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=309fb425bf4cd70a; huffman=standard; adobe=none; restarts=no; order=DQT3 DHT4 SOF0 SOS": [
      KnownEncoder(.camera, "FUJIFILM DX-10", "exif-samples fujifilm-dx10.jpg"),
    ],
    "preview=160x120; components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=a48ee9363113207f; huffman=standard; adobe=none; restarts=no; order=DQT3 DHT4 SOF0 SOS": [
      KnownEncoder(.camera, "SANYO Electric Co.,Ltd. SX113", "exif-samples sanyo-vpcsx550.jpg"),
    ],
    "preview=160x120; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=fe07d4492ae508; huffman=standard; adobe=none; restarts=yes; order=DQT2 DRI SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "Apple iPhone 6", "mzucker/page_dewarp"),
      KnownEncoder(.camera, "Apple iPhone 7", "alicevision/dataset_monstree"),
    ],
    "preview=160x96; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=835c2b528b3e02ac; huffman=own; adobe=1; restarts=yes; order=DQT2 SOF0 DRI DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop CS2 Macintosh", "exif-samples BlueSquare.jpg"),
    ],
    "preview=160x99; components=1:1x1q0,2:1x1q1,3:1x1q1; quantisation=a93d116df197394e; huffman=own; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.program, "Adobe Photoshop Elements 7.0", "exif-samples 30-type_error.jpg"),
    ],
    "preview=196x122; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.6.11", "exif-samples 33-type_error.jpg"),
    ],
    "preview=512x384; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT2 SOF0 DHT4 SOS": [
      KnownEncoder(.camera, "LGE Nexus 4", "wichtounet/sudoku_dataset"),
    ],
    "preview=66x43; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Nikon_D70.jpg"),
    ],
    "preview=68x46; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Canon_40D.jpg"),
    ],
    "preview=70x49; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Konica_Minolta_DiMAGE_Z3.jpg"),
    ],
    "preview=72x51; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Olympus_C8080WZ.jpg, exif-samples Pentax_K10D.jpg"),
    ],
    "preview=73x53; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples long_description.jpg"),
    ],
    "preview=75x56; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Canon_DIGITAL_IXUS_400.jpg, exif-samples Fujifilm_FinePix6900ZOOM.jpg, exif-samples Nikon_COOLPIX_P1.jpg, exif-samples Panasonic_DMC-FZ30.jpg, exif-samples Ricoh_Caplio_RR330.jpg, exif-samples Samsung_Digimax_i50_MP3.jpg"),
    ],
    "preview=77x59; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Canon_40D_photoshop_import.jpg"),
    ],
    "preview=78x60; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples Kodak_CX7530.jpg"),
    ],
    "preview=80x60; components=1:2x1q0,2:1x1q1,3:1x1q2; quantisation=37c3e6ed66fa90ac; huffman=standard; adobe=none; restarts=no; order=DQT3 DHT4 SOF0 SOS": [
      KnownEncoder(.camera, "SANYO Electric Co.,Ltd. SR6", "exif-samples sanyo-vpcg250.jpg"),
    ],
    "preview=88x77; components=1:2x2q0,2:1x1q1,3:1x1q1; quantisation=standard; huffman=standard; adobe=none; restarts=no; order=DQT1x2 SOF0 DHT1x4 SOS": [
      KnownEncoder(.program, "GIMP 2.4.5", "exif-samples PaintTool_sample.jpg"),
    ],
  ]
}

